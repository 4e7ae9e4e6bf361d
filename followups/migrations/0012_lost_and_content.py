"""How content a person is, calls to family, and visits and letters that found nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_numbers_once"),
        ("followups", "0011_calls_of_the_erased"),
        ("patients", "0036_region_reading"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="satisfaction",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[
                    (5, "very content"),
                    (4, "content"),
                    (3, "so so"),
                    (2, "not content"),
                    (1, "not content at all"),
                    (0, "not asked, or did not say"),
                ],
                null=True,
                verbose_name="content with the hospital",
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="to_family",
            field=models.BooleanField(db_default=False, default=False, verbose_name="family was called"),
        ),
        migrations.AddField(
            model_name="followuporder",
            name="satisfaction",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[
                    (5, "very content"),
                    (4, "content"),
                    (3, "so so"),
                    (2, "not content"),
                    (1, "not content at all"),
                    (0, "not asked, or did not say"),
                ],
                null=True,
                verbose_name="content with the hospital",
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("completed", "completed"),
                    ("completed_family", "answered by family"),
                    ("partly", "partly, agreed a time"),
                    ("refused_now", "refused this time"),
                    ("refused_for_good", "refused for good"),
                    ("wrong_person", "somebody else answered"),
                    ("no_answer", "no answer"),
                    ("busy", "busy"),
                    ("switched_off", "switched off"),
                    ("suspended", "number suspended"),
                    ("no_such_number", "number does not exist"),
                    ("blocked", "blocked"),
                    ("nobody_home", "visited, nobody there"),
                    ("letter_sent", "letter sent"),
                    ("died", "has died"),
                    ("readmitted", "readmitted"),
                    ("transferred", "transferred"),
                    ("lost", "lost"),
                    ("barrier", "language or hearing barrier"),
                ],
                max_length=16,
                verbose_name="result of the call",
            ),
        ),
        migrations.AlterField(
            model_name="followuporder",
            name="last_outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("completed", "completed"),
                    ("completed_family", "answered by family"),
                    ("partly", "partly, agreed a time"),
                    ("refused_now", "refused this time"),
                    ("refused_for_good", "refused for good"),
                    ("wrong_person", "somebody else answered"),
                    ("no_answer", "no answer"),
                    ("busy", "busy"),
                    ("switched_off", "switched off"),
                    ("suspended", "number suspended"),
                    ("no_such_number", "number does not exist"),
                    ("blocked", "blocked"),
                    ("nobody_home", "visited, nobody there"),
                    ("letter_sent", "letter sent"),
                    ("died", "has died"),
                    ("readmitted", "readmitted"),
                    ("transferred", "transferred"),
                    ("lost", "lost"),
                    ("barrier", "language or hearing barrier"),
                ],
                max_length=16,
                verbose_name="last outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_family", False), ("is_call", True), _connector="OR"),
                name="attempt_to_family_is_a_call",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("satisfaction__isnull", True),
                    models.Q(
                        ("outcome__in", ["completed", "completed_family"]), ("satisfaction__in", [5, 4, 3, 2, 1, 0])
                    ),
                    _connector="OR",
                ),
                name="attempt_satisfaction",
            ),
        ),
        migrations.AddConstraint(
            model_name="followuporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("satisfaction__isnull", True),
                    models.Q(("completed_at__isnull", False), ("satisfaction__in", [5, 4, 3, 2, 1, 0])),
                    _connector="OR",
                ),
                name="order_satisfaction",
            ),
        ),
    ]
