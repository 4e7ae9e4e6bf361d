"""The access log says by which token of the API a record was seen; NULL in rows that are sealed already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0021_hospital_by_token")]

    operations = [
        migrations.AddField(
            model_name="accesslog",
            name="token_id",
            field=models.BigIntegerField(editable=False, null=True, verbose_name="token of the API"),
        )
    ]
