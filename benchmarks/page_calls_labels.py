"""Pages of the classification: crossing, stages, people behind a number, win-back list, the card of labels."""

from accounts.models import Department
from benchmarks.page_calls_people import some_people
from benchmarks.page_list import DASHBOARD_MS, Call, page

_LAPSED = (
    "select * from patients_patient where hospital_id = {h} and visit_cycle = 'lapsed' and contact_state = 'open'"
    " and death_in_doubt_since is null order by sort_on desc, id desc limit 51"
)


@page("classification", "centre_manager", limit_ms=DASHBOARD_MS)
def crossings() -> list[Call]:
    """Each pair, without and with a value of the third."""
    first = Department.objects.order_by("pk").values_list("pk", flat=True)[0]
    return [
        Call("patients/classification/"),
        Call("patients/classification/?rows=department&columns=region"),
        Call("patients/classification/?rows=disease&columns=region"),
        Call(f"patients/classification/?rows=disease&columns=region&only={first}"),
        Call("patients/classification/?rows=department&columns=disease&only=区县00"),
    ]


@page("classification, leader", "hospital_leader", limit_ms=DASHBOARD_MS)
def crossings_of_leaders() -> list[Call]:
    """With small numbers left out."""
    return [Call("patients/classification/"), Call("patients/classification/stages/")]


@page("stages", "centre_manager", limit_ms=DASHBOARD_MS)
def stages() -> list[Call]:
    """Each period."""
    return [Call(f"patients/classification/stages/?days={days}") for days in (30, 90, 365)]


@page("people behind a number", "agent")
def classified() -> list[Call]:
    """By stage alone, by place alone, and together."""
    first = Department.objects.order_by("pk").values_list("pk", flat=True)[0]
    queries = (
        "visit_cycle=first",
        "life_cycle=customer",
        "orientation=-",
        f"department={first}&region=区县05",
        f"visit_cycle=latent&department={first}&region=区县00",
    )
    return [Call(f"patients/classification/people/?{query}") for query in queries]


@page("win-back list", "agent", sql=_LAPSED)
def win_back() -> list[Call]:
    """As it opens, and of one department."""
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    return [
        Call("patients/classification/win-back/"),
        *(Call(f"patients/classification/win-back/?department={pk}") for pk in (ids[0], ids[-1])),
    ]


@page("label rules", "centre_manager")
def rules() -> list[Call]:
    """Rules and strategies."""
    return [Call("patients/classification/rules/"), Call("patients/classification/strategies/")]


@page("record, labels", "agent")
def card() -> list[Call]:
    """The card beside the timeline."""
    return [Call(f"patients/{public_id}/panels/labels/", htmx=True) for public_id in some_people()]
