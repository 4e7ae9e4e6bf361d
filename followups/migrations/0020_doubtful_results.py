"""Whether a sent result is worth a second look stands in its row; the table of orders is written anew once."""

from django.db import migrations, models
from django.db.models import Q

_WORDS = "渗液|渗血|出血|便血|化脓|红肿|发热|高热|胸痛|呼吸困难|晕倒|抽搐"
_ALARM = f"(?<![无没不未])(?<!没有)(?<!未见)(?<!否认)({_WORDS})"
_IS_DOUBTFUL = Q(
    Q(("last_outcome__in", ["completed", "completed_family"]), ("note", "")),
    Q(("has_finding", False), ("note__regex", _WORDS), ("note__regex", _ALARM)),
    Q(("has_finding", True), ("next_step__in", ["", "none"])),
    _connector="OR",
)


class Migration(migrations.Migration):
    dependencies = [("followups", "0019_ends_proposed")]

    operations = [
        migrations.AddField(
            model_name="followuporder",
            name="is_doubtful",
            field=models.GeneratedField(
                db_persist=True,
                expression=_IS_DOUBTFUL,
                output_field=models.BooleanField(),
                verbose_name="worth a second look",
            ),
        ),
    ]
