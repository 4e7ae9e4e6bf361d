"""When the content of a message was emptied, and of how many messages of a feed it was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_messages_kept"), ("integrations", "0006_lists_waiting")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="emptied_count",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, editable=False, verbose_name="messages emptied"
            ),
        ),
        migrations.AddField(
            model_name="inboundrecord",
            name="emptied_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="content emptied at"),
        ),
        migrations.AddConstraint(
            model_name="inboundrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("emptied_at__isnull", True), models.Q(("corrected", b""), ("raw", b"")), _connector="OR"
                ),
                name="inboundrecord_emptied_holds_nothing",
            ),
        ),
    ]
