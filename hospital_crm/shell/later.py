"""The numbers of a list, which come after its rows: rows answer at once, and counting costs what drawing them does.

The page has chips with a `key`, `#list-count` in its heading, `matching_later` in its bar of marked rows, and a hidden
element that asks for the numbers when it is there.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def later_numbers(
    request: HttpRequest,
    counts: Mapping[str, int | None],
    *,
    words: str,
    late: Collection[str] = (),
    matching: int | None = None,
    template: str = "components/later_numbers.html",
    **more: Any,
) -> HttpResponse:
    """The numbers by the keys of their chips, None where one is not counted; `words` for the heading; `late`: chips
    whose number warns as soon as it is not zero; `matching`: how many rows there are, where all may be marked. A
    `template` of the page's own includes the usual one and says `more` beside it.
    """
    numbers = [{"key": key, "count": n, "is_late": key in late and bool(n)} for key, n in counts.items()]
    return render(request, template, {"numbers": numbers, "words": words, "matching": matching, **more})
