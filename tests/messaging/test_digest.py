"""The morning digest: one per person and day, at the hospital's hour, about what waits."""

import datetime as dt
import zoneinfo

import pytest

from accounts.models import HospitalSettings
from hospital_crm.tenancy.scope import hospital_scope
from messaging import digest
from messaging.digest import Line
from messaging.domain.digests import make_digests
from messaging.domain.outbox import NotForMessages, enqueue
from messaging.models import DigestDay, Message
from messaging.recipients import ToStaff
from tests.accounts.factories import AbsenceFactory
from tests.cast import client_of
from tests.messaging.conftest import ScriptedGateway

pytestmark = pytest.mark.django_db
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0, day: int = 23) -> dt.datetime:
    """That hour at North."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def waiting(monkeypatch, cast):
    """Nurse Li has 5 things waiting and one line with nothing in it; everybody else has nothing."""
    assert (cast.li.is_active, cast.chen.is_active) == (True, True)

    def section(day):
        return lambda staff: [
            Line("到期", 5 if staff == cast.li else 0, ("messaging:notices", "?unread=1")),
            Line("超时", 0, ("messaging:notices",)),
        ]

    monkeypatch.setattr(digest, "_sections", {section: 1})


def made(north):
    with hospital_scope(north):
        return sorted(Message.objects.values_list("key", "context__summary"))


def test_digest_is_made_once_a_day(north, cast, waiting):
    with hospital_scope(north):
        assert [make_digests(now=at(7)), make_digests(now=at(7, 15)), make_digests(now=at(9))] == [1, None, None]
        assert make_digests(now=at(7, day=24)) == 1
    li = cast.li.pk
    assert made(north) == [
        (f"digest:{li}:2026-11-{day}:{channel}", "到期 5") for day in (23, 24) for channel in ("bell", "email")
    ]


@pytest.mark.parametrize("hour", [0, 6, 12, 23])
def test_other_hours_make_none(north, waiting, hour):
    with hospital_scope(north):
        assert make_digests(now=at(hour)) is None
    assert made(north) == []


def test_hour_is_the_hospitals(north, waiting):
    with hospital_scope(north):
        HospitalSettings.objects.update(digest_hour=6)
        assert make_digests(now=at(6)) == 1


def test_who_wants_no_mail_gets_the_bell(north, cast, waiting):
    with hospital_scope(north):
        cast.li.wants_digest = False
        cast.li.save()
        make_digests(now=at(7))
    assert [key.rpartition(":")[2] for key, _ in made(north)] == ["bell"]


def test_who_is_away_gets_none(north, cast, waiting):
    with hospital_scope(north):
        AbsenceFactory(staff=cast.li, starts_on=dt.date(2026, 11, 23), ends_on=dt.date(2026, 11, 24))
        assert make_digests(now=at(7)) == 0


def test_broken_section_makes_no_half_digest(north, cast, waiting, monkeypatch):
    def broken(day):
        def lines_of(staff):
            raise ZeroDivisionError

        return lines_of

    with hospital_scope(north), monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setitem(digest._sections, broken, 2)
        make_digests(now=at(7))
    assert made(north) == []
    with hospital_scope(north):
        assert DigestDay.objects.count() == 0
        assert make_digests(now=at(7, 15)) == 1


def test_digest_reads_well(north, waiting, cast, send):
    with hospital_scope(north):
        make_digests(now=at(7))
    send(at=at(7))
    with hospital_scope(north):
        notice = Message.objects.get(channel="bell")
    assert (notice.subject, notice.body) == ("今日随访：到期 5", "2026年11月23日")
    assert notice.lines == [["到期", 5, ["messaging:notices", "?unread=1"]]]


def test_letter_names_the_page_of_each_line(north, waiting, cast, send):
    gateway = ScriptedGateway()
    with hospital_scope(north):
        cast.li.email = "li@north.example"
        cast.li.save()
        make_digests(now=at(7))
    send(gateway, at=at(7))
    (letter,) = gateway.taken
    assert letter.body == "2026年11月23日\n\n到期 5\nhttp://127.0.0.1:8000/north/messages/?unread=1\n"


def test_each_line_of_the_bell_leads_to_its_page(north, waiting, cast, send):
    with hospital_scope(north):
        make_digests(now=at(7))
    send(at=at(7))
    with hospital_scope(north):
        notice = Message.objects.get(channel="bell")
    li = client_of(cast.li)
    assert 'name="line" value="0">到期 <b>5</b>' in li.get("messages/").content.decode()
    address = li.url("messaging:open", notice.public_id)
    assert [li.post(address, {"line": line}).url for line in ("0", "1", "x", "")] == [
        "/north/messages/?unread=1",
        "/north/",
        "/north/",
        "/north/",
    ]
    with hospital_scope(north):
        assert Message.objects.get(channel="bell").read_at is not None


def test_line_with_a_long_number_is_refused(north, cast):
    with hospital_scope(north), pytest.raises(NotForMessages):
        enqueue(
            purpose="digest",
            recipient=ToStaff(cast.li),
            channel="bell",
            template="digest",
            context={"day": "", "summary": ""},
            key="k",
            lines=[("病区13800000000", 1, ("home",))],
        )
