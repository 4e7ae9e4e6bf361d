"""The numbers that a list says it has, told with its rows or after them."""

from typing import Any

from accounts import navigation
from accounts.actors import Actor
from hospital_crm.tenancy.counts import capped_counts


def chips(page: Any) -> dict[str, Any]:
    """The number on each quick filter of a page, by the end of its address, or by its key where numbers come later."""
    if "numbers" in page.context:
        return {one["key"]: one["count"] for one in page.context["numbers"]}
    return {chip["url"].rpartition("list=")[2]: chip["count"] for chip in page.context["chips"]}


def counted_on(client: Any, page: Any) -> int:
    """How many rows the chosen quick filter of a page says it has, or the whole page."""
    on = [chip for chip in page.context.get("chips", ()) if chip["is_on"]]
    if "counts_url" in page.context:
        return chips(client.get(page.context["counts_url"]))[on[0]["key"]]
    chosen = [chip["count"] for chip in on]
    return page.context["count"] if chosen in ([], [None]) else chosen[0]


def badge(actor: Actor, url_name: str) -> int:
    """What the navigation says waits there."""
    (entry,) = [one for one in navigation.entries(actor) if one.url_name == url_name]
    return capped_counts(entry.count(actor))[0]
