"""The project: settings, URLs, tenancy, the embedded engines and everything no single app owns."""

from hospital_crm.celery import app as celery_app

__all__ = ["celery_app"]
