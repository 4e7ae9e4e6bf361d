"""Batches of failed sign-ins and of platform events are found by transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0015_retention")]

    operations = [
        AddIndexConcurrently(
            model_name="loginfailure", index=models.Index(fields=["xid", "id"], name="loginfailure_xid_idx")
        ),
        AddIndexConcurrently(
            model_name="platformevent", index=models.Index(fields=["xid", "id"], name="platformevent_xid_idx")
        ),
    ]
