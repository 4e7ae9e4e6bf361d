"""A message of the official account: the values of a template that WeChat has allowed, a line each, `thing1: words`."""

import re

from campaigns.domain import sms, variables

_LINE = re.compile(r"^\s*([a-z][a-z_]{0,19}\d{0,2})\s*[:：]\s*(\S.*?)\s*$")
# How many signs WeChat takes at most for a value, by the kind that its name tells; longer ones it refuses.
LONGEST = {"thing": 20, "phrase": 5, "character_string": 32, "const": 20, "name": 10, "number": 32, "time": 32}


def lines_of(body: str) -> tuple[tuple[str, str], ...]:
    """Name and words of each value; nothing where one line is none."""
    found = [_LINE.match(line) for line in body.splitlines() if line.strip()]
    return tuple((match[1], match[2]) for match in found if match) if all(found) else ()


def too_long(body: str) -> list[str]:
    """Names of values that are longer than WeChat takes, with each variable as long as it gets."""
    return [name for name, words in lines_of(body) if len(sms.with_longest(words)) > LONGEST.get(_kind(name), 200)]


def lacks_names(body: str) -> bool:
    """Whether something is to be said and not every line says which value it is."""
    return bool(body.strip()) and not lines_of(body) and not variables.places_in(body)


def _kind(name: str) -> str:
    return name.rstrip("0123456789")
