"""Members and liaisons of the units on record are worked out, as every write does it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0014_unit_orders_kept"),
    ]

    operations = [
        migrations.RunSQL("update groups_groupcustomer set member_count = 0", migrations.RunSQL.noop),
    ]
