#!/bin/sh
# Run once by the image of PostgreSQL, when its volume is empty.
set -eu
psql --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --file /crm/init.sql
