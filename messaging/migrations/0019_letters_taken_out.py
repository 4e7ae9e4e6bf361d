"""Letters that are taken out before they are posted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0018_stopped_sendings")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="taken_out_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken out at"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned_at", None), ("taken_out_at", None), _connector="OR"),
                name="letter_taken_out_never_returned",
            ),
        ),
    ]
