"""WSGI entry point: `gunicorn hospital_crm.wsgi`."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)

application = get_wsgi_application()

from hospital_crm.tenancy.checks import refuse_to_start_unsafe  # noqa: E402
from hospital_crm.warm import warm_up  # noqa: E402

refuse_to_start_unsafe()
warm_up()
