"""Keyset pages of orders, by the latest day unless the list has an order of its own; the address holds the state."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from followups.domain.worklists import BY_LATEST, order_of
from followups.models import FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet
from followups.views.rows import LISTED
from hospital_crm.shell import paging
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.keyset import Key, Page, page_of
from hospital_crm.tenancy.prepared_rows import ById

BY_DUE = Key("due_on", dt.date.fromisoformat)


def page_of_orders(
    request: HttpRequest,
    orders: FollowUpOrderQuerySet | tuple[FollowUpOrderQuerySet, ...],
    key: Key = BY_LATEST,
    size: int = keyset.PAGE_SIZE,
    read: ById[FollowUpOrder] = LISTED,
) -> Page:
    """The page of the address (`after`, `before`). `read` brings columns that only some pages show."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return page_of(orders, key, fetch=read, after=after, before=before, size=size)


def first_of_each(named: Mapping[str, tuple[FollowUpOrderQuerySet, ...]], size: int) -> dict[str, list[FollowUpOrder]]:
    """The first orders of several lists without pages; those of one order are read together."""
    keys = {name: order_of(name) for name in named}
    ids: dict[str, list[int]] = {}
    for key in dict.fromkeys(keys.values()):
        ids |= keyset.first_ids({name: parts for name, parts in named.items() if keys[name] == key}, key, size)
    orders = LISTED.in_bulk([pk for found in ids.values() for pk in found])
    return {name: [orders[pk] for pk in found if pk in orders] for name, found in ids.items()}


def page_urls(request: HttpRequest, page: Page) -> dict[str, str]:
    """The addresses of the pages before and after this one, with no order open; empty where there is none."""
    return paging.page_urls(request, page, "order")


def query(request: HttpRequest, **changes: Any) -> str:
    """The query of the address with changes, with no order open; paging starts anew."""
    return paging.query(request, "order", **changes)
