"""Pages about people and units: lists, search, record."""

from typing import Any

from accounts.models import Department
from benchmarks import crowd
from benchmarks.page_list import Call, page
from groups.models import GroupCustomer, GroupMember
from patients.models import ContactPoint, DuplicateCandidate, Encounter, Patient, Tag

_LIST = "select * from patients_patient where hospital_id = {h} {also} order by sort_on desc, id desc limit 51"
_NAME = _LIST.format(h="{h}", also="and (name ^@ '{x}' or given_name ^@ '{x}')")


@page("list", "agent", sql=_LIST.format(h="{h}", also=""))
def first_page() -> list[Call]:
    """The list as it opens."""
    return [Call("patients/")] * 5


@page("list, deep page", "agent")
def deep_page() -> list[Call]:
    """Pages far down the list."""
    rows = Patient.objects.newest_first()
    places = [int(Patient.objects.count() * share) for share in (0.05, 0.3, 0.9)]
    return [Call(f"patients/?after={row.sort_on}~{row.pk}") for row in (rows[place] for place in places)]


@page("list by department", "agent")
def by_department() -> list[Call]:
    """Frequent and rare departments."""
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    return [Call(f"patients/?department={pk}") for pk in (ids[0], ids[5], ids[-1])]


@page("list by disease", "department_head")
def by_disease() -> list[Call]:
    """Frequent and rare diseases."""
    return [Call(f"patients/?disease={code}") for code in ("A00", "B01", "K70", "T89&region=区县40&tier=A")]


@page("list by region", "agent")
def by_region() -> list[Call]:
    """Frequent and rare regions."""
    return [Call(f"patients/?region=区县{n}") for n in ("00", "07", "59")]


@page("list by tier", "agent")
def by_tier() -> list[Call]:
    """Each tier, and those whose contact has ended."""
    return [Call(f"patients/?tier={code}") for code in ("A", "B", "C", "stopped", "deceased")]


@page("list by all filters", "agent")
def by_everything() -> list[Call]:
    """Department, region and tier together, with many and with no people."""
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    return [
        Call(f"patients/?department={ids[0]}&region=区县00&tier=A"),
        Call(f"patients/?department={ids[3]}&region=区县05&tier=B"),
        Call(f"patients/?department={ids[-1]}&region=区县59"),
        Call("patients/?region=区县40&tier=A"),
    ]


@page("list by name and by record", "agent")
def in_other_orders() -> list[Call]:
    """Whole, deep down, with many and with few people."""
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    deep = Patient.objects.order_by("py_full", "id")[Patient.objects.count() // 2]
    return [
        *(Call(f"patients/?sort={sort}") for sort in ("name", "record")),
        Call(f"patients/?sort=name&after={deep.py_full}~{deep.pk}"),
        Call(f"patients/?sort=name&department={ids[0]}"),
        Call(f"patients/?sort=name&department={ids[-1]}"),
        Call("patients/?sort=record&region=区县59&tier=A"),
    ]


@page("list by category, kind, source, days", "agent")
def by_more() -> list[Call]:
    """Filters behind the button, alone and together."""
    return [
        Call("patients/?category=vip"),
        Call("patients/?category=vip&category=specialty&kind=checkup"),
        Call("patients/?source=微信&since=2026-01-01&sort=name"),
        Call("patients/?since=2025-01-01&until=2025-01-31&region=区县40"),
        Call("patients/?until=2022-01-31&tier=deceased&sort=record"),
    ]


@page("list by sex and age", "agent")
def by_sex_and_age() -> list[Call]:
    """What most people are and what hardly anybody is, alone and with other filters, in every order."""
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    return [
        Call("patients/?sex=F"),
        Call("patients/?sex=U"),
        Call("patients/?age_from=80&sort=record"),
        Call("patients/?age_from=150"),
        Call("patients/?sex=M&age_from=65&age_to=79&sort=name"),
        Call(f"patients/?sex=F&age_to=3&department={ids[-1]}&tier=A"),
    ]


@page("numbers of the list", "agent")
def numbers() -> list[Call]:
    """What comes after the rows: behind the chips, of frequent and rare filters, alone and together."""
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    tags = Tag.objects.order_by("pk").values_list("pk", flat=True)
    filters = [
        *("", "tier=A", f"department={ids[0]}", f"department={ids[-1]}", "region=区县00", "category=vip"),
        *(f"department={ids[0]}&region=区县00&tier=A", "source=微信&since=2026-01-01", *(f"tag={pk}" for pk in tags)),
        *(f"tag={tags[1]}&department={ids[0]}", "sex=F", "sex=U", "age_from=80", "age_from=150"),
        *("sex=M&age_from=18&age_to=64", f"sex=F&age_to=3&department={ids[-1]}", "since=2020-01-01&until=2030-01-01"),
    ]
    return [Call(f"patients/counts/?{one}") for one in filters]


@page("numbers of a list of the ward", "nurse")
def numbers_of_ward() -> list[Call]:
    """The same of somebody who sees the people of a ward."""
    return [Call("patients/counts/"), Call("patients/counts/?tier=B")]


@page("list by tag", "agent")
def by_tag() -> list[Call]:
    """A tag of few and one of many, alone and with another filter."""
    tags = {tag.name: tag.pk for tag in Tag.objects.all()}
    few, many = tags["少"], tags["多"]
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    return [
        Call(f"patients/?tag={few}"),
        Call(f"patients/?tag={many}"),
        Call(f"patients/?tag={few}&tag={many}&sort=name"),
        Call(f"patients/?tag={many}&department={ids[0]}&tier=A"),
        Call(f"patients/?tag={few}&region=区县59"),
    ]


def _found(*texts: str) -> list[Call]:
    return [Call("patients/suggest/", {"q": text}, htmx=True) for text in texts]


@page("search by name", "agent", sql=_NAME.replace("{x}", "王建"))
def by_name() -> list[Call]:
    """One surname alone, surname with one character, given names, a whole name, nobody."""
    return _found("王", "王建", "李明华", "建国", "欧阳", "曾", "欧阳锋锋")


@page("search by pinyin", "agent")
def by_pinyin() -> list[Call]:
    """Full pinyin and second readings."""
    return _found("wang", "wangjian", "zhangwei", "ceng", "zeng", "shan", "zzzz")


@page("search by initials", "agent")
def by_initials() -> list[Call]:
    """One to three letters."""
    return _found("w", "wj", "lmh", "oy", "cjg")


@page("search by phone", "agent")
def by_phone() -> list[Call]:
    """Tails of four and six digits, whole numbers."""
    numbers = list(ContactPoint.objects.order_by("pk").values_list("value", flat=True)[1000:1003])
    return _found(*(number[-4:] for number in numbers), *(number[-6:] for number in numbers), *numbers)


@page("search by record number", "agent")
def by_record_number() -> list[Call]:
    """Whole numbers, from the front, and identity numbers whole and by the last six."""
    identity = crowd.identity_number(17)
    return _found("ZY0000012345", "ZY000004", "ZY0000999", identity, identity[-6:])


@page("search page", "agent")
def result_page() -> list[Call]:
    """The page of results."""
    return [Call("patients/search/", {"q": text}) for text in ("王", "建国", "wj")]


@page("record", "agent")
def record() -> list[Call]:
    """The page of one person."""
    return [Call(f"patients/{public_id}/") for public_id in some_people()]


@page("record, cards", "agent")
def cards() -> list[Call]:
    """The cards beside the timeline."""
    return [
        Call(f"patients/{public_id}/panels/{name}/", htmx=True)
        for public_id in some_people()[:3]
        for name in ("reach", "record", "consents", "notes", "tasks", "files", "seen")
    ]


@page("record, timeline", "agent")
def timeline() -> list[Call]:
    """All of it, one kind, some months, and what comes after a place."""
    whole = (
        "show=",
        "show=stays",
        "show=&since=2026-01-01&until=2026-06-30",
        "show=&older=2026-06-01T00:00:00%2B08:00~1",
    )
    return [Call(f"patients/{public_id}/?{asked}", htmx=True) for public_id in some_people()[:3] for asked in whole]


@page("record, numbers and family", "agent")
def reach() -> list[Call]:
    """The page on which they are changed."""
    return [Call(f"patients/{public_id}/reach/") for public_id in some_people()]


@page("stay", "agent")
def stay() -> list[Call]:
    """What the HIS said of one."""
    rows = Encounter.objects.filter(patient__public_id__in=some_people()[:3])
    return [Call(f"patients/stays/{public_id}/") for public_id in rows.values_list("public_id", flat=True)[:5]]


@page("own tasks", "agent")
def tasks() -> list[Call]:
    """Open, given, closed."""
    return [Call("patients/tasks/"), Call("patients/tasks/?list=given"), Call("patients/tasks/?list=done")]


@page("who may be meant already", "agent")
def similar() -> list[Call]:
    """A common name, a common name with a number, a number alone."""
    number = ContactPoint.objects.order_by("pk").values_list("value", flat=True)[1000]
    typed = ({"name": "王建国"}, {"name": "李明华", "phone": number}, {"phone": number})
    return [Call("patients/similar/", values, htmx=True) for values in typed]


@page("record, next in the list", "agent")
def neighbours() -> list[Call]:
    """The person below."""
    return [Call(f"patients/{public_id}/older/") for public_id in some_people()]


@page(
    "possible duplicates",
    "information_officer",
    sql="select * from patients_duplicatecandidate where hospital_id = {h} and state = 'open'"
    " order by score desc, id desc limit 41",
)
def duplicates() -> list[Call]:
    """The list as it opens, the sure ones, and two records side by side."""
    pairs = DuplicateCandidate.objects.waiting().order_by("-score", "-id").values_list("public_id", flat=True)[:3]
    return [
        Call("patients/duplicates/"),
        Call("patients/duplicates/?show=sure"),
        *(Call(f"patients/duplicates/{public_id}/") for public_id in pairs),
    ]


@page("list of a physician", "physician")
def of_physician() -> list[Call]:
    """Only people he attended in the last twelve months."""
    return [Call("patients/"), Call("patients/?tier=A"), *_found("王", "wj")]


@page("list of a ward", "nurse")
def of_ward() -> list[Call]:
    """Only people of the ward."""
    return [Call("patients/"), Call("patients/?tier=B"), *_found("王", "wj")]


@page("list of a department", "department_head")
def of_department() -> list[Call]:
    """The largest department."""
    return [Call("patients/"), Call("patients/?tier=A"), *_found("王", "wj", "1234")]


@page(
    "units",
    "centre_manager",
    sql="select * from groups_groupcustomer where hospital_id = {h} order by id desc limit 51",
)
def units() -> list[Call]:
    """The list of units as it opens, of one status, and by name."""
    filters = (
        "",
        "?status=signed",
        "?status=ending",
        "?q=单位12",
        "?q=dw",
        "?region=区县07&status=nearby",
        "?relation=checkup",
    )
    return [Call(f"groups/{query}") for query in filters]


@page("units by region", "centre_manager")
def regions() -> list[Call]:
    """All units of the hospital, counted by region."""
    return [Call("groups/regions/")] * 3


@page("units recorded twice", "centre_manager", limit_ms=200)
def units_twice() -> list[Call]:
    """Every unit compared with every other."""
    return [Call("groups/duplicates/")] * 3


@page("day of a liaison", "liaison")
def liaisons_day() -> list[Call]:
    """Visits due, contracts ending, deals closing."""
    return [Call("groups/day/")] * 3


@page("units of a liaison", "liaison")
def own_units() -> list[Call]:
    """The units a liaison looks after, and the people in them."""
    return [Call("groups/"), Call("patients/"), *_found("王", "wj")]


@page("unit", "centre_manager")
def unit() -> list[Call]:
    """The pages of one unit."""
    ids = list(GroupCustomer.objects.order_by("pk").values_list("public_id", flat=True)[:200:50])
    return [Call(f"groups/{public_id}/{name}") for public_id in ids for name in ("", "timeline/", "members/", "history/")]


@page("card of unit and benefits", "agent")
def benefits() -> list[Call]:
    """The card on a member's page."""
    members = GroupMember.objects.order_by("pk").values_list("patient__public_id", flat=True)[:200:50]
    return [Call(f"groups/people/{public_id}/", htmx=True) for public_id in members]


def some_people() -> list[Any]:
    """People near the top of the list and far down."""
    rows = list(Patient.objects.newest_first().values_list("public_id", flat=True)[:20_000])
    return [rows[min(place, len(rows) - 1)] for place in (0, 7, 1000, 19_000)]
