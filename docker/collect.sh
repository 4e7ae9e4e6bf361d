#!/bin/sh
# Compiles the translations and collects the static files under their hashed names. Needs no server: the addresses and
# secrets here are never used and never kept.
set -eu
export CRM_PRODUCTION=1 CRM_ALLOWED_HOSTS=build DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build
export CRM_SECRET_KEY=building-only-building-only-building
export CRM_FIELD_KEYS=$CRM_SECRET_KEY CRM_HASH_KEY=$CRM_SECRET_KEY
python manage.py translations compile
python manage.py collectstatic --noinput --verbosity 1
