"""What other systems call the purposes a person may be approached for. Consents to treatment say nothing of them."""

_MARKETING = ("marketing_mail", "marketing_sms", "calls")
# purposes by their code here, and those of the standard's list that mean one of them
PURPOSES: dict[str, tuple[str, ...]] = {
    **{
        name: (name,) for name in ("care", "satisfaction", "education", "recording", "community", "points", "profiling")
    },
    **{name: (name,) for name in _MARKETING},
    "HMARKT": _MARKETING,
}
VERSION_LENGTH = 40
STRICTEST_FIRST = ("refused", "withdrawn", "granted")
