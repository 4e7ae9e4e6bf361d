"""A tier that was set by hand says which it is, and what the rules said then."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("followups", "0016_tiers_by_hand_filled")]

    operations = [
        migrations.AddConstraint(
            "tierassignment",
            models.CheckConstraint(
                condition=Q(overridden_by__isnull=True, ordered_tier="", weighed_tier="")
                | Q(overridden_by__isnull=False) & ~Q(ordered_tier="") & ~Q(weighed_tier=""),
                name="tier_assignment_override_has_tiers",
            ),
        ),
    ]
