"""The reading of the names of staff who are here already."""

from django.db import migrations

from hospital_crm.pinyin import name_order

BATCH = 2000


def fill(apps, schema_editor):
    staff = apps.get_model("accounts", "StaffMember")
    rows = staff._base_manager.using(schema_editor.connection.alias).filter(name_order="").order_by("pk")
    while batch := list(rows.only("pk", "name")[:BATCH]):
        for one in batch:
            one.name_order = name_order(one.name) or "-"
        staff._base_manager.bulk_update(batch, ["name_order"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0019_staff_by_pinyin")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
