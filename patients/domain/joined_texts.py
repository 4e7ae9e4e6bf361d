"""What two records say in free words, as one text: nothing of either is lost, and what both say stands once."""

import re

_BETWEEN = re.compile(r"[、，；,;\n]")


def parts_of(listed: str) -> list[str]:
    """The single entries of a list written in one line."""
    return [one for part in _BETWEEN.split(listed) if (one := part.strip())]


def list_of_both(first: str, second: str) -> str:
    """The first list as it is written, and of the second one what is not among it."""
    known = {one.casefold() for one in parts_of(first)}
    more = dict.fromkeys(one for one in parts_of(second) if one.casefold() not in known)
    return "、".join([first.strip(), *more])


def text_of_both(first: str, second: str) -> str:
    """The first text, and below it the lines of the second one that it does not have. Whether one line says what part
    of another does is not guessed: the one may deny it.
    """
    known = {line.strip() for line in first.splitlines()}
    more = [line.strip() for line in second.splitlines() if line.strip() and line.strip() not in known]
    return "\n".join([first.rstrip(), *dict.fromkeys(more)])
