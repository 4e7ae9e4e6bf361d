"""Pages of follow-up work, supervision, figures, imports, messages and accounts."""

from typing import Any

from accounts.actors import Actor
from accounts.models import Department, Role, StaffMember
from benchmarks.page_list import DASHBOARD_MS, Call, page
from followups.models import FollowUpOrder

_OPEN = "('planned', 'dispatched', 'in_progress', 'attempted', 'returned')"
_ORDERS = "select * from followups_followuporder where hospital_id = {h} and "
_NEXT = " order by latest_on, id limit 51"
_POOL = (
    _ORDERS
    + f"state in {_OPEN} and assignee_id is null and assignee_role = 'centre' and earliest_on <= current_date"
    + _NEXT
)
_SENT = _ORDERS + "state = 'submitted'" + _NEXT
_MONTH = (
    "select {by}, count(*), count(*) filter (where attempts_count > 0), count(completed_at)"
    " from followups_followuporder where hospital_id = {h} {also} and due_on >= date_trunc('month', current_date)"
    " and due_on <= current_date and state not in ('died', 'readmitted', 'transferred', 'void', 'suspended') group by 1"
)
_LATE = _ORDERS + f"state in {_OPEN} and latest_on < current_date" + _NEXT
_BY_DEPARTMENT = _MONTH.format(by="department_id", also="", h="{h}")
_BY_PHYSICIAN = _MONTH.format(
    by="attending_id",
    also="and department_id = (select min(id) from accounts_department where hospital_id = {h})",
    h="{h}",
)
_AUDIT = "select * from accounts_auditevent where hospital_id = {h} order by at desc, id desc limit 51"


@page("workbench", "agent", sql=_POOL)
def workbench() -> list[Call]:
    """The centre's pool: all, late, with an agreed time, coming up."""
    return [
        Call("followups/calls/"),
        *(Call(f"followups/calls/?list={chip}") for chip in ("late", "agreed", "upcoming")),
    ]


@page("workbench, open order", "agent")
def workbench_order() -> list[Call]:
    """An order open beside the list, and alone under htmx."""
    orders = _orders("agent", assignee__isnull=True, assignee_role="centre")
    return [
        Call(f"followups/calls/?order={orders[0]}"),
        *(Call(f"followups/calls/?order={o}", htmx=True) for o in orders),
    ]


@page(
    "my follow-ups of a physician", "physician", sql=_ORDERS + f"state in {_OPEN} and assignee_id = {{staff}}" + _NEXT
)
def mine() -> list[Call]:
    """Late, today, coming up."""
    return [Call("followups/mine/"), *(Call(f"followups/mine/?list={chip}") for chip in ("late", "today", "upcoming"))]


@page("my follow-ups of a nurse", "nurse")
def mine_nurse() -> list[Call]:
    """The same for a nurse."""
    return mine()


@page("order", "physician")
def order() -> list[Call]:
    """The page of one order."""
    return [Call(f"followups/orders/{public_id}/") for public_id in _orders("physician")]


@page("order, result", "physician")
def result() -> list[Call]:
    """The sheet on which a result is written."""
    return [Call(f"followups/orders/{public_id}/result/") for public_id in _orders("physician")]


@page("dispatch", "centre_manager", sql=_ORDERS + f"state in {_OPEN}" + _NEXT)
def dispatch() -> list[Call]:
    """All open orders, and those of one tier."""
    return [Call("followups/dispatch/"), Call("followups/dispatch/?tier=A"), Call("followups/dispatch/?list=late")]


@page("dispatch of a department", "department_head")
def dispatch_department() -> list[Call]:
    """The largest department's."""
    return dispatch()


@page("review", "centre_manager", sql=_SENT)
def review() -> list[Call]:
    """Results that wait, and one open."""
    sent = FollowUpOrder.objects.filter(state="submitted").order_by("latest_on").values_list("public_id", flat=True)
    return [
        Call("followups/review/"),
        *(Call(f"followups/review/?order={public_id}", htmx=True) for public_id in sent[:3]),
    ]


@page("ward", "head_nurse")
def ward() -> list[Call]:
    """The list of a ward, and what is printed."""
    return [Call("followups/ward/"), Call("followups/ward/?list=late"), Call("followups/ward/print/")]


@page("late A", "medical_affairs", sql=_LATE.replace("order by", "and tier = 'A' order by"))
def late_a() -> list[Call]:
    """Late orders of tier A, and red flags."""
    return [
        Call("followups/quality/"),
        Call("followups/quality/?list=escalated"),
        Call("followups/quality/?list=finding"),
    ]


@page("behind a number", "centre_manager")
def behind() -> list[Call]:
    """The steps behind a figure of the hospital."""
    return [
        Call(f"followups/behind/?measure={name}&period=month") for name in ("due", "timely", "late", "dissatisfied")
    ]


@page("behind a number of a department", "department_head")
def behind_department() -> list[Call]:
    """The steps behind a figure of a department."""
    department = Department.objects.order_by("pk").values_list("pk", flat=True)[0]
    return [Call(f"followups/behind/?measure={name}&department={department}") for name in ("due", "effective", "late")]


@page("department board", "department_head", sql=_BY_PHYSICIAN, limit_ms=DASHBOARD_MS)
def board() -> list[Call]:
    """This month, last month, this week."""
    return [Call(f"followups/board/?period={key}") for key in ("month", "last", "week")]


@page("hospital figures", "hospital_leader", sql=_BY_DEPARTMENT, limit_ms=DASHBOARD_MS)
def hospital() -> list[Call]:
    """This month, last month, this week."""
    return [Call(f"reports/?period={key}") for key in ("month", "last", "week")]


@page("centre figures", "centre_manager", limit_ms=DASHBOARD_MS)
def centre() -> list[Call]:
    """The service centre's day."""
    return [Call("reports/centre/")] * 3


@page(
    "imports",
    "information_officer",
    sql="select * from integrations_importbatch where hospital_id = {h} order by created_at desc limit 51",
)
def imports() -> list[Call]:
    """Lists brought in, contradictions, names to recognise."""
    return [Call("imports/"), Call("imports/conflicts/"), Call("imports/names/")]


@page(
    "feeds and their queue",
    "information_officer",
    sql="select * from integrations_inboundrecord where hospital_id = {h} and state = 'set_aside'"
    " order by id desc limit 51",
)
def feeds() -> list[Call]:
    """The health of feeds, messages set aside and applied."""
    return [Call("imports/feeds/"), Call("imports/feeds/messages/"), Call("imports/feeds/messages/?state=applied")]


@page("notices", "physician")
def notices() -> list[Call]:
    """The bell and the page behind it."""
    return [Call("messages/"), Call("messages/bell/", htmx=True)]


@page("team", "department_head")
def team() -> list[Call]:
    """The people of a department and who is away."""
    return [Call("team/")] * 3


@page("rights", "security_officer")
def rights() -> list[Call]:
    """Who may do what."""
    return [Call("rights/"), Call("rights/?q=医师12")]


@page("audit trail", "auditor", sql=_AUDIT)
def audit_trail() -> list[Call]:
    """What was done, and who looked at records."""
    return [Call("audit/"), Call("audit/accesses/")]


@page("protocol", "physician")
def protocol() -> list[Call]:
    """The protocol and its rules."""
    return [Call("followups/protocol/")] * 3


def _orders(code: str, **more: Any) -> list[Any]:
    """Some orders the account works on at present."""
    name = "医师0" if code == "physician" else code
    staff = StaffMember.objects.select_related("user").get(name=name)
    actor = Actor(user=staff.user, staff=staff, role=Role.objects.get(code=code))
    working = FollowUpOrder.objects.visible_to(actor).working()
    found = working.filter(**(more or {"assignee": staff})).order_by("latest_on", "pk")
    return list(found.values_list("public_id", flat=True)[:4])
