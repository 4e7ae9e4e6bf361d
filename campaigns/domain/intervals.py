"""How sure a difference between two shares is: Newcombe's interval from two of Wilson's (Statistics in Medicine 1998,
17: 873), which holds for small groups and for shares near nothing.
"""

import math
from dataclasses import dataclass

_Z = 1.959963984540054


@dataclass(frozen=True)
class Difference:
    """A difference of two shares with its interval of 95 %; `is_told` where it does not hold nothing."""

    value: float
    low: float
    high: float

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval of a share. ValueError for a share of nobody."""
    if of <= 0:
        raise ValueError("a share of nobody")
    share, square = hits / of, _Z * _Z / of
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(hits: int, of: int, other_hits: int, other_of: int) -> Difference | None:
    """The share of the first less that of the second; None where one of them has nobody."""
    if not of or not other_of:
        return None
    first, second = hits / of, other_hits / other_of
    (low, high), (other_low, other_high) = wilson(hits, of), wilson(other_hits, other_of)
    value = first - second
    down = math.sqrt((first - low) ** 2 + (other_high - second) ** 2)
    up = math.sqrt((high - first) ** 2 + (second - other_low) ** 2)
    return Difference(value, value - down, value + up)
