"""How often something was done in a minute."""

import datetime as dt

from hospital_crm.rates import this_minute

NOON = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def test_rate_is_counted_by_key_and_minute() -> None:
    later = NOON + dt.timedelta(minutes=1)
    assert [this_minute("a", NOON), this_minute("a", NOON), this_minute("b", NOON), this_minute("a", later)] == [
        1,
        2,
        1,
        1,
    ]
