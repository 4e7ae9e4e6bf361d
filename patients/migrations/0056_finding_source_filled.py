"""Findings under a check that no list brought were told by the feed that told the check."""

from django.db import migrations

_FILLED = """
update patients_checkupfinding found set source = stay.source
from patients_encounter stay
where stay.id = found.encounter_id and stay.source <> 'list' and stay.source_key not like 'checkup|%'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0055_finding_source"),
    ]

    operations = [migrations.RunSQL(_FILLED, migrations.RunSQL.noop)]
