"""Statistics under five are not shown to people who may see aggregates only (PRODUCT §4.8)."""

LEAST = 5
HIDDEN = f"<{LEAST}"


def count_shown(value: int) -> str:
    """A count as it may be shown: zero and five or more as they are, what lies between as <5."""
    return HIDDEN if 0 < value < LEAST else f"{value:,}"


def in_fives(value: int) -> int:
    """The nearest multiple of five: two numbers of people so told do not tell of one person by subtraction."""
    return 5 * ((value + 2) // 5)
