"""How a body is read. The framework reads this module while it is imported itself."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 20


class BoundedJSONParser(JSONParser):
    """JSON, no deeper than anything that is asked for here."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """What was sent. Refused where it lies too deep or is not JSON."""
        try:
            said = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        if _is_deeper(said, DEEPEST):
            raise ParseError(_("The body is nested too deeply."))
        return said


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects lie in each other more often than this."""
    here = [value]
    for _level in range(levels):
        here = [inner for one in here for inner in _within(one)]
    return any(isinstance(one, list | dict) for one in here)


def _within(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
