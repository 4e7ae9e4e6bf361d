"""The words by which is asked for a consent: shipped, then the hospital's own; each version by its name."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.wordings import WordingError, present_wordings, publish, wording_of
from patients.models import Consent, ConsentWording
from patients.shipped.wordings import TEXTS, VERSION
from tests.cast import Cast, MountedClient, actor_of, client_of

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_every_purpose_ships_with_its_text_in_three_languages() -> None:
    assert set(TEXTS) == set(Consent.Purpose.values)
    assert {tuple(sorted(texts)) for texts in TEXTS.values()} == {("en", "zh-hans", "zh-hant")}
    assert max(len(text) for texts in TEXTS.values() for text in texts.values()) <= 300


def test_hospital_asks_with_its_own_newest_text(in_north: Hospital, south: Hospital, cast: Cast) -> None:
    qian = actor_of(cast.qian)
    publish(purpose="points", version="A", texts={"zh-hans": "旧文", "en": "old"}, actor=qian, now=NOW)
    publish(purpose="points", version="B", texts={"zh-hans": "新文", "en": " "}, actor=qian, now=NOW + DAY)
    found = present_wordings("zh-hans")["points"], present_wordings("en")["points"], present_wordings("en")["calls"]
    assert [(one.version, one.text, one.is_own) for one in found[:2]] == [("B", "新文", True)] * 2
    assert (found[2].version, found[2].text) == (VERSION, TEXTS["calls"]["en"])
    assert (wording_of("points", "A", "en"), wording_of("points", VERSION, "en")) == ("old", TEXTS["points"]["en"])
    assert wording_of("points", "as on the sheet", "en") == ""
    with hospital_scope(south):
        assert present_wordings("zh-hans")["points"].version == VERSION


def test_version_is_never_changed(in_north: Hospital, cast: Cast) -> None:
    qian = actor_of(cast.qian)
    publish(purpose="points", version="A", texts={"zh-hans": "旧文"}, actor=qian, now=NOW)
    for version, texts in (("A", {"zh-hans": "别的"}), ("A", {"zh-hans": "x", "en": "y"}), (VERSION, {"zh-hans": "x"})):
        with pytest.raises(WordingError) as refusal:
            publish(purpose="points", version=version, texts=texts, actor=qian, now=NOW)
        assert str(refusal.value) == _("This version exists already.")
    for said in ({"purpose": "tea"}, {"version": " "}, {"texts": {"en": "only"}}):
        with pytest.raises(WordingError):
            publish(**{"purpose": "points", "version": "C", "texts": {"zh-hans": "x"}, **said}, actor=qian, now=NOW)  # type: ignore[arg-type]
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        ConsentWording.objects.update(text="")


def test_page_publishes_and_shows(north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]) -> None:
    qian, sun = client_of(cast.qian), client_of(cast.sun)
    url = qian.url("patients:wordings")
    assert TEXTS["community"]["zh-hans"] in qian.get(url).content.decode()
    said = {
        "purpose": "community",
        "version": "2026-11",
        "text_zh-hans": "我同意参加。",
        "text_zh-hant": "",
        "text_en": "",
    }
    assert (qian.post(url, said).status_code, qian.post(url, said).status_code) == (302, 422)
    assert "我同意参加。" in qian.get(url).content.decode()
    assert (sun.get(url).status_code, qian.put(url).status_code) == (403, 405)
    assert "我同意参加。" in client_as("hospital_admin").get("patients/consent-wordings/").content.decode()
    with hospital_scope(north):
        assert AuditEvent.objects.get(verb="patients.wording.publish").after == {
            "purpose": "community",
            "version": "2026-11",
        }
