#!/bin/sh
# Compiles the translations and collects the static files under their hashed names. Needs no server: the addresses are
# never used, the secrets are made up for the moment and never kept.
set -eu
export CRM_PRODUCTION=1 CRM_ALLOWED_HOSTS=build DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build
CRM_SECRET_KEY=$(python -c "import secrets; print(secrets.token_hex(32))")
export CRM_SECRET_KEY CRM_FIELD_KEYS="$CRM_SECRET_KEY" CRM_HASH_KEY="$CRM_SECRET_KEY"
python manage.py translations compile
python manage.py collectstatic --noinput --verbosity 1
