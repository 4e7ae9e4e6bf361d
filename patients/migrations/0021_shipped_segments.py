"""Hospitals that are there already get the segments that come with the product."""

from typing import Any

from django.db import migrations

SEGMENTS = [
    (
        "chronic",
        ["chronic", "disease"],
        {
            "mode": "any",
            "parts": [
                {"fact": "chronic", "op": "yes", "values": []},
                {
                    "fact": "disease",
                    "op": "in",
                    "values": ["I10-I15", "E10-E14", "I20-I25", "I60-I69", "J44", "J45", "K74", "N18", "M10"],
                    "months": 36,
                },
            ],
            "with_deceased": False,
        },
    ),
    (
        "young_parents",
        ["age", "disease", "parent"],
        {
            "mode": "all",
            "parts": [
                {"fact": "age", "op": "between", "values": ["20", "40"]},
                {
                    "mode": "any",
                    "parts": [
                        {"fact": "parent", "op": "yes", "values": []},
                        {"fact": "disease", "op": "in", "values": ["O", "Z32-Z39"], "months": 36},
                    ],
                },
            ],
            "with_deceased": False,
        },
    ),
    (
        "older",
        ["age"],
        {"mode": "all", "parts": [{"fact": "age", "op": "at_least", "values": ["65"]}], "with_deceased": False},
    ),
    (
        "checkup",
        ["kind", "visit_kind"],
        {
            "mode": "any",
            "parts": [
                {"fact": "kind", "op": "in", "values": ["checkup"]},
                {"fact": "visit_kind", "op": "in", "values": ["checkup"], "months": 24},
            ],
            "with_deceased": False,
        },
    ),
    (
        "away",
        ["contact_state", "last_visit"],
        {
            "mode": "all",
            "parts": [
                {"fact": "last_visit", "op": "longer", "values": ["365"]},
                {"fact": "last_visit", "op": "within", "values": ["1095"]},
                {"fact": "contact_state", "op": "in", "values": ["open"]},
            ],
            "with_deceased": False,
        },
    ),
    (
        "no_number",
        ["email", "last_visit", "phone", "wechat"],
        {
            "mode": "all",
            "parts": [
                {"fact": "last_visit", "op": "within", "values": ["365"]},
                {
                    "mode": "none",
                    "parts": [
                        {"fact": "phone", "op": "yes", "values": []},
                        {"fact": "email", "op": "yes", "values": []},
                        {"fact": "wechat", "op": "yes", "values": []},
                    ],
                },
            ],
            "with_deceased": False,
        },
    ),
]


def install(apps: Any, schema_editor: Any) -> None:
    """Every hospital gets those it lacks; nobody in them yet, the next nightly run finds them."""
    segment_model = apps.get_model("patients", "Segment")
    versions = apps.get_model("patients", "SegmentVersion")._base_manager
    for hospital in apps.get_model("accounts", "Hospital")._base_manager.all():
        present = set(segment_model._base_manager.filter(hospital=hospital).values_list("code", flat=True))
        for code, facts, rule in SEGMENTS:
            if code not in present:
                segment = segment_model(hospital=hospital, code=code, facts=facts, shared_with=["*"])
                segment_model._base_manager.bulk_create([segment])
                versions.create(hospital=hospital, segment_id=segment.pk, number=1, rule=rule)


def remove(apps: Any, schema_editor: Any) -> None:
    """Takes the shipped ones away with all that hangs on them."""
    shipped = apps.get_model("patients", "Segment")._base_manager.exclude(code="")
    for name in ("SegmentMember", "SegmentCount", "SegmentVersion"):
        apps.get_model("patients", name)._base_manager.filter(segment_id__in=shipped.values("pk")).delete()
    shipped.delete()


class Migration(migrations.Migration):
    dependencies = [("patients", "0020_indexes_for_segments")]

    operations = [migrations.RunPython(install, remove)]
