"""A campaign can go by letter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_audience")]

    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="channel",
            field=models.CharField(
                choices=[("email", "e-mail"), ("sms", "text message"), ("wechat", "WeChat"), ("letter", "letter")],
                default="email",
                max_length=6,
                verbose_name="channel",
            ),
        ),
    ]
