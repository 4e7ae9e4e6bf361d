"""The planner of contacts: no plan ever breaks a cap, an hour or a refusal; what it leaves out it explains."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.domain.contact_rules import Blackout, ContactRules, Touched, kind_of
from messaging.domain.planner import Fate, Placed, Wanted, plan
from messaging.models import Reason
from messaging.purposes import Basis, Purpose

pytestmark = pytest.mark.unit
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=ZONE)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
RULES = ContactRules(ZONE)
PURPOSES = {basis: Purpose(basis, basis, basis=basis, approach=basis not in ("safety", "own_request", "appointment"))
            for basis in Basis if basis != Basis.STAFF}  # fmt: skip


def want(key="a", basis="care", channel="email", wished=NOW, tier="", **more) -> Wanted:
    values = {"rank": 3, "earliest": NOW, "latest": None, **more}
    return Wanted(key, basis, channel, kind_of(PURPOSES[Basis(basis)], channel, tier=tier), wished=wished, **values)


def fates(placed: list[Placed]) -> list[tuple]:
    return [(one.wanted.key, one.fate, one.at, one.reason) for one in placed]


def test_what_fits_is_kept():
    assert fates(plan([want()], [], RULES, now=NOW)) == [("a", Fate.KEPT, NOW, Reason.NONE)]


def test_the_third_approach_of_a_week_is_moved_to_the_next():
    placed = plan([want("a"), want("b"), want("c")], [], RULES, now=NOW)
    assert fates(placed)[2] == ("c", Fate.MOVED, NOW + 7 * DAY - 2 * HOUR, Reason.BUDGET)


def test_no_room_inside_its_window_leaves_it_out():
    history = [Touched(NOW.date(), True), Touched(NOW.date() - DAY, True)]
    assert fates(plan([want(latest=NOW + 3 * DAY)], history, RULES, now=NOW)) == [
        ("a", Fate.DROPPED, None, Reason.CROWDED_OUT)
    ]


def test_an_earlier_day_of_the_window_is_taken_where_the_wished_one_is_full():
    history = [Touched(NOW.date() + 9 * DAY, True)] * 2
    placed = plan([want(wished=NOW + 8 * DAY, latest=NOW + 9 * DAY)], history, RULES, now=NOW)
    assert fates(placed) == [("a", Fate.MOVED, NOW, Reason.BUDGET)]


def test_care_goes_before_marketing():
    placed = plan([want("m", "marketing", rank=8), want("n", "marketing", rank=8), want("c")], [], RULES, now=NOW)
    assert [one.wanted.key for one in placed] == ["c", "m", "n"]
    assert placed[2].fate == Fate.MOVED


def test_what_is_refused_is_left_out_and_takes_no_room():
    placed = plan([want("a", refused=Reason.REFUSED_KIND), want("b"), want("c")], [], RULES, now=NOW)
    assert [(one.wanted.key, one.fate) for one in placed] == [("b", "kept"), ("c", "kept"), ("a", "dropped")]
    assert placed[2].reason == Reason.REFUSED_KIND


def test_what_fits_one_touch_is_one():
    placed = plan([want(key, merges="x", latest=NOW + DAY) for key in "abc"], [], RULES, now=NOW)
    assert [(one.fate, one.at, one.into) for one in placed] == [
        ("kept", NOW, ""), ("merged", NOW, "a"), ("merged", NOW, "a"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [{"channel": "letter"}, {"basis": "education"}, {"merges": "y"}, {"earliest": NOW + HOUR, "wished": NOW + HOUR}],
)
def test_what_does_not_fit_stays_apart(other):
    placed = plan([want("a", merges="x"), want("b", **{"merges": "x", **other})], [], RULES, now=NOW)
    assert [one.fate for one in placed if one.fate == Fate.MERGED] == []


def test_days_without_contact_move_it():
    rules = ContactRules(ZONE, blackouts=(Blackout(NOW.date(), NOW.date() + DAY),))
    assert fates(plan([want(basis="education")], [], rules, now=NOW)) == [
        ("a", Fate.MOVED, NOW + 2 * DAY - HOUR, Reason.BLACKOUT)
    ]


moments = st.integers(-48, 24 * 20).map(lambda hours: NOW + hours * HOUR)
days = st.integers(-8, 20).map(lambda number: NOW.date() + number * DAY)
blackouts = st.builds(
    lambda day, length, care: Blackout(day, day + length * DAY, care), days, st.integers(0, 4), st.booleans()
)
all_rules = st.builds(
    lambda first, last, out: ContactRules(ZONE, care_hours=(first, last), blackouts=tuple(out)),
    st.integers(0, 12), st.integers(13, 24), st.lists(blackouts, max_size=3),
)  # fmt: skip
histories = st.lists(st.builds(Touched, days, st.booleans(), st.booleans()), max_size=8)


@st.composite
def everything_wanted(draw):
    """Up to a dozen things wanted of one person, some refused, some with windows that are over."""
    found = []
    for number in range(draw(st.integers(0, 12))):
        earliest = draw(moments)
        found.append(
            want(
                f"k{number}",
                draw(st.sampled_from(sorted(PURPOSES))),
                draw(st.sampled_from(["email", "sms", "wechat", "letter", "phone"])),
                draw(moments),
                draw(st.sampled_from(["", "A", "B"])),
                earliest=earliest,
                latest=None if (hours := draw(st.none() | st.integers(0, 200))) is None else earliest + hours * HOUR,
                rank=draw(st.integers(0, 8)),
                merges=draw(st.sampled_from(["", "x", "y"])),
                refused=draw(st.sampled_from([Reason.NONE, Reason.NONE, Reason.REFUSED_KIND, Reason.DECEASED])),
            )
        )
    return found


@settings(max_examples=400, deadline=None)
@given(everything_wanted(), histories, all_rules)
def test_no_plan_breaks_a_cap_an_hour_or_a_refusal(wanted, history, rules):
    placed = plan(wanted, history, rules, now=NOW)
    assert sorted(one.wanted.key for one in placed) == sorted(one.key for one in wanted)
    done = [one for one in placed if one.at is not None]
    own = [one for one in done if one.fate != Fate.MERGED]
    for one in done:
        assert one.wanted.refused == Reason.NONE
        assert one.at >= max(NOW, one.wanted.earliest)
        assert one.wanted.latest is None or one.at <= one.wanted.latest
        if not one.wanted.kind.is_free:
            _assert_hours(one, rules)
    _assert_budget(own, history, rules)
    for one in placed:
        assert (one.fate == Fate.KEPT) == (one.reason == Reason.NONE)
        assert (one.fate == Fate.DROPPED) == (one.at is None)
        assert (one.fate == Fate.MERGED) == (one.into != "")


def _assert_hours(one: Placed, rules: ContactRules) -> None:
    kind, here = one.wanted.kind, one.at.astimezone(ZONE)
    first, end = rules.care_hours if kind.keeps_care_hours else (9, 20)
    assert one.wanted.channel == "letter" or first <= here.hour < end
    if kind.knows_blackouts:
        for out in rules.blackouts:
            assert not (out.first_on <= here.date() <= out.last_on and (out.stops_care or not kind.keeps_care_hours))


def _assert_budget(own: list[Placed], history: list[Touched], rules: ContactRules) -> None:
    """No seven days in a row gain an approach beyond two; no day gains a bound call beside another."""
    gained = [rules.day_of(one.at) for one in own if one.wanted.kind.is_approach]
    before = [one.day for one in history if one.is_approach]
    for start in {day - back * DAY for day in gained for back in range(7)}:
        window = [day for day in gained if start <= day < start + 7 * DAY]
        known = [day for day in before if start <= day < start + 7 * DAY]
        assert not window or len(window) + len(known) <= 2
    bound = [rules.day_of(one.at) for one in own if one.wanted.kind.is_call]
    called = [one.day for one in history if one.is_call]
    assert len(bound) == len(set(bound))
    assert set(bound) & set(called) == set()


@settings(max_examples=100, deadline=None)
@given(everything_wanted(), histories, all_rules)
def test_the_same_is_planned_in_whatever_order_it_is_told(wanted, history, rules):
    assert plan(wanted, history, rules, now=NOW) == plan(wanted[::-1], history[::-1], rules, now=NOW)
