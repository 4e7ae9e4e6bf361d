"""The tables behind `content.models`: articles, their versions, pictures and openings."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0019_renewal"),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("code", models.CharField(blank=True, editable=False, max_length=30, verbose_name="shipped as")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("knowledge", "health knowledge"),
                            ("guide", "guide to a visit"),
                            ("news", "hospital news"),
                            ("advances", "medical advances"),
                            ("services", "departments and techniques"),
                            ("checkup", "health checks and offers"),
                        ],
                        default="knowledge",
                        max_length=10,
                        verbose_name="kind of article",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="title of the article")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="created at"
                    ),
                ),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                (
                    "owner",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.CreateModel(
            name="ArticlePicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("storage_name", models.CharField(db_collation="C", editable=False, max_length=60)),
                ("title", models.CharField(max_length=120, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100, verbose_name="kind of file")),
                ("size", models.PositiveBigIntegerField(verbose_name="size")),
                ("sha256", models.CharField(db_collation="C", max_length=64, verbose_name="SHA-256")),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="attached at")),
                ("number", models.PositiveIntegerField(verbose_name="number of the picture")),
                ("said", models.CharField(max_length=120, verbose_name="what is to be seen")),
                (
                    "article",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="content.article",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                (
                    "uploaded_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="attached by",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture of an article",
                "verbose_name_plural": "pictures of articles",
                "ordering": ["number"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")],
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("title", models.CharField(max_length=80, verbose_name="title of the article")),
                ("summary", models.CharField(blank=True, max_length=200, verbose_name="summary")),
                ("body", models.TextField(blank=True, max_length=20000, verbose_name="text of the article")),
                ("video_url", models.URLField(blank=True, max_length=300, verbose_name="video")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_approval", "in approval"),
                            ("approved", "approved"),
                            ("retired", "retired"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "writers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="sent for approval at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="approved or returned at")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "article",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="content.article",
                    ),
                ),
                (
                    "author",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="author",
                    ),
                ),
                (
                    "decided_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="approved or returned by",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of an article",
                "verbose_name_plural": "versions of articles",
                "ordering": ["language", "-number"],
            },
        ),
        migrations.CreateModel(
            name="ArticleOpening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                (
                    "version",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="content.articleversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening of an article",
                "verbose_name_plural": "openings of articles",
            },
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["hospital", "-id"], name="article_list_idx"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["hospital", "kind", "-id"], name="article_kind_idx"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("hospital", "code"),
                name="article_shipped_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="article_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="articlepicture",
            constraint=models.UniqueConstraint(
                fields=("hospital", "storage_name"), name="content_articlepicture_stored_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="articlepicture",
            constraint=models.UniqueConstraint(
                fields=("hospital", "article", "number"), name="articlepicture_numbered_once"
            ),
        ),
        migrations.AddIndex(
            model_name="articleversion",
            index=models.Index(fields=["hospital", "state", "article"], name="article_state_idx"),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.UniqueConstraint(
                fields=("hospital", "article", "language", "number"), name="article_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved")),
                fields=("hospital", "article", "language"),
                name="article_approved_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "in_approval"])),
                fields=("hospital", "article", "language"),
                name="article_worked_on_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "in_approval", "approved", "retired"])),
                name="article_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="article_has_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    ("author__isnull", True),
                    models.Q(("decided_by", models.F("author")), _negated=True),
                    _connector="OR",
                ),
                name="article_approved_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="articleopening",
            index=models.Index(fields=["hospital", "version", "at"], name="articleopening_idx"),
        ),
    ]
