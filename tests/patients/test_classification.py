"""The pages of classification: crossing, stages, people behind a number, win-back list, rules, strategies, the card."""

import datetime as dt
import re
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.calendar import today
from accounts.models import Department, Hospital, Role
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import classification, divisions, facets, figures, tallies
from patients.models import DiagnosisCode, Division, LabelRuleSet, LabelStrategy, Patient, PersonLabel
from patients.models.label_words import VALUES
from tests.cast import Cast, MountedClient
from tests.patients.factories import EncounterFactory, PatientFactory

ClientAs = Callable[[str], MountedClient]
PAGES = ("classification", "stages", "classified", "win-back", "label-rules", "strategies")


@pytest.fixture
def surgery(in_north: Hospital) -> Department:
    return Department.objects.create(name="普外科")


def people(count: int, **values: object) -> list[Patient]:
    return [PatientFactory(**values) for _ in range(count)]


def lapsed(**values: object) -> Patient:
    """Somebody who has not come for four years, labelled."""
    patient = PatientFactory(**values)
    on = today() - dt.timedelta(days=4 * 365)
    EncounterFactory(patient=patient, admitted_on=on, discharged_on=on, fees=1200)
    classification.classify(patient_ids=[patient.pk], now=timezone.now())
    return patient


def numbers(**asked: object) -> dict[tuple, int]:
    return dict(figures.crossing(**{"rows": "department", "columns": "disease", **asked}).cells)


def test_counts_follow_every_change_without_counting_anew(surgery: Department) -> None:
    first, *others = people(3, last_department=surgery, disease_group="K35", region="柳溪区")
    assert numbers() == {(surgery.pk, "K35"): 3}
    tallies.recount()
    assert numbers() == {(surgery.pk, "K35"): 3}
    Patient.objects.filter(pk=first.pk).update(disease_group="I10")
    Patient.objects.filter(pk=others[0].pk).update(contact_state="erased")
    assert numbers() == {(surgery.pk, "K35"): 1, (surgery.pk, "I10"): 1}
    Patient.objects.filter(pk=others[1].pk)._raw_delete(connection.alias)
    assert numbers(chosen="柳溪区") == {(surgery.pk, "I10"): 1}
    assert numbers(columns="region") == {(surgery.pk, "柳溪区"): 1}
    assert numbers(rows="region", columns="disease") == {("柳溪区", "I10"): 1}
    tallies.recount()
    assert numbers() == {(surgery.pk, "I10"): 1}
    assert numbers(chosen="听松区") == {}


def test_counties_of_one_name_are_told_apart_by_their_code(client_as: ClientAs, surgery: Department) -> None:
    table = [("320000", "江苏省", 1), ("320100", "南京市", 2), ("320106", "鼓楼区", 3), ("350000", "福建省", 1)]
    table += [("350100", "福州市", 2), ("350102", "鼓楼区", 3)]
    Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in table)
    divisions.forget()
    shared = {"last_department": surgery, "disease_group": "K35", "region": "鼓楼区"}
    people(2, **shared, division_code="320106"), people(1, **shared, division_code="350102"), people(1, **shared)
    expected = {(surgery.pk, "320106"): 2, (surgery.pk, "350102"): 1, (surgery.pk, "鼓楼区"): 1}
    assert numbers(columns="region") == expected
    tallies.recount()
    assert numbers(columns="region") == expected
    assert (numbers(chosen="32"), numbers(chosen="鼓楼区")) == ({(surgery.pk, "K35"): 2}, {(surgery.pk, "K35"): 1})
    Patient.objects.filter(division_code="350102").update(division_code="")
    assert numbers(columns="region") == {(surgery.pk, "320106"): 2, (surgery.pk, "鼓楼区"): 2}
    manager = client_as("centre_manager")
    crossed = manager.url("patients:classification")
    answer = manager.get(crossed + "?rows=department&columns=region")
    assert [one["word"] for one in answer.context["table"]["columns"]] == ["江苏省南京市鼓楼区", "鼓楼区"]
    options = manager.get(crossed + "?rows=department&columns=disease").context["form"].fields["only"].widget.choices
    assert options[1:] == [
        *(("32", "江苏省"), ("3201", "江苏省南京市"), ("320106", "江苏省南京市鼓楼区"), ("鼓楼区", "鼓楼区")),
    ]
    for region, count, words in (
        ("320106", 2, "江苏省南京市鼓楼区"),
        ("32", 2, "江苏省"),
        ("鼓楼区", 2, "鼓楼区"),
    ):
        listed = manager.get(manager.url("patients:classified") + f"?region={region}").context
        assert (listed["count"], [chip["label"] for chip in listed["chosen"]]) == (count, [words])
    divisions.forget()


def test_a_number_is_as_long_as_its_list(client_as: ClientAs, surgery: Department) -> None:
    people(2, last_department=surgery, disease_group="K35", region="柳溪区")
    PatientFactory(disease_group="K35")
    agent = client_as("agent")
    page = agent.get(agent.url("patients:classification") + "?rows=department&columns=region").content.decode()
    assert f'?department={surgery.pk}&amp;region=%E6%9F%B3%E6%BA%AA%E5%8C%BA">2</a>' in page
    assert '?department=-&amp;region=-">1</a>' in page
    for query, count in ((f"department={surgery.pk}&region=柳溪区", 2), ("department=-&region=-", 1), ("region=-", 1)):
        answer = agent.get(agent.url("patients:classified") + f"?{query}")
        assert len(answer.context["rows"]) == answer.context["count"] == count


def test_diseases_are_named_by_the_table_beside_their_code(client_as: ClientAs, surgery: Department) -> None:
    DiagnosisCode.objects.create(code="K35", name="急性阑尾炎", py_initials="jxlwy")
    for group in ("K35", "K35", "X59", ""):
        PatientFactory(last_department=surgery, disease_group=group)
    facets.forget()
    role = Role.objects.get(code="centre_manager")
    role.capabilities = [*role.capabilities, "patients.clinical"]
    role.save()
    agent = client_as("centre_manager")
    crossed = agent.url("patients:classification")
    answer = agent.get(crossed + "?rows=department&columns=disease")
    heads = [(one["word"], one["code"]) for one in answer.context["table"]["columns"]]
    assert heads == [("急性阑尾炎", "K35"), ("不详", ""), ("X59", "")]
    assert '急性阑尾炎 <span class="faint nowrap">K35</span>' in answer.content.decode()
    rows = agent.get(crossed + "?rows=disease&columns=region").context["table"]["rows"]
    assert [row["head"]["word"] for row in rows] == ["急性阑尾炎", "不详", "X59"]
    options = agent.get(crossed + "?rows=department&columns=region").context["form"].fields["only"].widget.choices
    assert options[1:] == [("K35", "K35 急性阑尾炎"), ("X59", "X59")]
    chips = agent.get(agent.url("patients:classified") + "?disease=K35").context["chosen"]
    assert [one["label"] for one in chips] == ["急性阑尾炎 K35"]
    facets.forget()


def test_no_number_of_a_disease_leads_to_its_people_without_clinical_rights(
    client_as: ClientAs, in_north: Hospital
) -> None:
    people(2, disease_group="K35", region="柳溪区")
    PatientFactory(disease_group="I10", region="听松区")
    agent = client_as("agent")
    page = agent.get(agent.url("patients:classification") + "?rows=region&columns=disease")
    assert [cell["n"] for cell in page.context["table"]["rows"][0]["cells"]] == ["2", "0"]
    assert ("disease=K35" in page.content.decode(), "?region=" in page.content.decode()) == (False, True)
    narrowed = agent.get(agent.url("patients:classification") + "?rows=department&columns=region&only=K35")
    assert "classification/people/?" not in narrowed.content.decode()
    listed = agent.get(agent.url("patients:classified") + "?disease=K35")
    assert (listed.context["count"], listed.context["rows"]) == (0, [])
    assert "病种编码：当前角色无权使用" in listed.content.decode() and "K35" not in listed.context["chosen"][0]["label"]
    role = Role.objects.get(code="agent")
    role.capabilities = [*role.capabilities, "patients.clinical"]
    role.save()
    agent = client_as("agent")
    assert agent.get(agent.url("patients:classified") + "?disease=K35").context["count"] == 2
    page = agent.get(agent.url("patients:classification") + "?rows=region&columns=disease").content.decode()
    assert "disease=K35" in page


def test_a_role_without_care_gets_nobody_by_specialty(client_as: ClientAs, surgery: Department) -> None:
    """The department of the last visit tells of care, whichever list is asked."""
    PatientFactory(last_department=surgery, region="柳溪区")
    role = Role.objects.get(code="agent")
    role.capabilities = [one for one in role.capabilities if one != "patients.care"]
    role.save()
    agent = client_as("agent")
    counts = {
        query: agent.get(agent.url("patients:classified") + f"?{query}").context["count"]
        for query in (
            f"department={surgery.pk}",
            "department=-",
            f"department={surgery.pk}&region=柳溪区",
            "region=柳溪区",
        )
    }
    assert list(counts.values()) == [0, 0, 0, 1]
    page = agent.get(agent.url("patients:classification") + "?rows=department&columns=region").content.decode()
    assert ("people/?department" in page, "people/?region" in page) == (False, True)


def test_leaders_cannot_subtract_a_small_stage_out_of_the_funnel(client_as: ClientAs, in_north: Hospital) -> None:
    now, begun = timezone.now(), timezone.now() - dt.timedelta(days=40)
    known = people(13)
    classification.classify(patient_ids=[one.pk for one in known], now=begun)
    for patient in known[:6]:
        EncounterFactory(patient=patient, admitted_on=today(), discharged_on=today())
    classification.classify(patient_ids=[one.pk for one in known[:6]], now=now)
    leader = client_as("hospital_leader")

    def life_cycle() -> dict:
        funnels = leader.get(leader.url("patients:stages")).context["funnels"]
        return next(one for one in funnels if one["axis"] == "life_cycle")

    shown = [(stage["n"], stage["share"] is None, stage["came"], stage["left"]) for stage in life_cycle()["stages"]]
    assert shown[:2] == [("7", False, "0", "6"), ("6", False, "6", "0")]
    Patient.objects.filter(pk__in=[one.pk for one in known[:3]]).update(life_cycle="loyal")
    PersonLabel.objects.filter(patient__in=known[:3], axis="life_cycle", until_at=None).update(value="loyal")
    found = life_cycle()
    shown = [(stage["n"], stage["share"], stage["came"], stage["left"]) for stage in found["stages"]]
    assert shown == [("7", None, "0", "0"), ("<5", None, "0", "0"), ("<5", None, "0", "0"), ("0", None, "0", "0")]
    assert found["without"]["n"] == "—"


def test_leaders_see_no_number_under_five_nor_a_way_to_it(client_as: ClientAs, surgery: Department) -> None:
    people(6, last_department=surgery, disease_group="K35", region="柳溪区")
    people(4, last_department=surgery, disease_group="I10", region="柳溪区")
    leader = client_as("hospital_leader")
    answer = leader.get(leader.url("patients:classification"))
    table = answer.context["table"]
    assert [cell["n"] for cell in table["rows"][0]["cells"]] == ["6", "<5"]
    assert (table["rows"][0]["head"]["n"], table["total"]["n"]) == ("6", "6")
    assert [column["n"] for column in table["columns"]] == ["6", "0"]
    assert "classification/people" not in answer.content.decode()
    assert leader.get(leader.url("patients:classified")).status_code == 403
    assert leader.get(leader.url("patients:win-back")).status_code == 403


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_labelling_waits_for_an_act_on_the_person_and_sees_it(north: Hospital) -> None:
    with hospital_scope(north):
        patient = PatientFactory()
    holds, may_end = threading.Event(), threading.Event()

    def die() -> None:
        with hospital_scope(north):
            Patient.objects.select_for_update().get(pk=patient.pk)
            holds.set()
            may_end.wait(5)
            Patient.objects.filter(pk=patient.pk).update(contact_state="deceased", deceased_source="his")
        connection.close()

    thread = threading.Thread(target=die)
    thread.start()
    assert holds.wait(10)
    threading.Timer(0.5, may_end.set).start()
    with hospital_scope(north):
        changed = classification.classify(patient_ids=[patient.pk], now=timezone.now())
    thread.join()
    with hospital_scope(north):
        assert (changed, PersonLabel.objects.count()) == (0, 0)


def test_stages_count_people_and_moves(in_north: Hospital) -> None:
    patient, now = PatientFactory(), timezone.now()
    PatientFactory()
    classification.classify(patient_ids=Patient.objects.values_list("pk", flat=True), now=now - dt.timedelta(days=40))
    EncounterFactory(patient=patient, admitted_on=today(), discharged_on=today())
    classification.classify(patient_ids=[patient.pk], now=now)
    for _ in range(2):
        funnel = figures.funnels(since=today() - dt.timedelta(days=30))["life_cycle"]
        assert [(stage.value, stage.n, stage.came, stage.left) for stage in funnel.stages] == [
            ("potential", 1, 0, 1),
            ("customer", 1, 1, 0),
            ("loyal", 0, 0, 0),
            ("lifelong", 0, 0, 0),
        ]
        assert funnel.moves == {("potential", "customer"): 1}
        assert figures.funnels(since=today())["orientation"].without == 2
        tallies.recount()


def test_the_card_says_why_what_to_do_and_what_a_hand_set(client_as: ClientAs, cast: Cast, in_north: Hospital) -> None:
    patient, agent = lapsed(), client_as("agent")
    page = agent.get(agent.url("patients:panel-labels", patient.public_id)).content.decode()
    for text in ("消亡", "三年没有来", "距末次就诊天数：1,460天", "很久没有来", "24个月内费用", "人工设定"):
        assert text in page, text
    url = agent.url("patients:label-by-hand", patient.public_id, "visit_cycle")
    assert agent.get(url).status_code == 200
    assert agent.post(url, {"value": "latent", "reason": "", "until": today().isoformat()}).status_code == 422
    asked = {"value": "latent", "reason": "已约下周复诊", "until": today().isoformat()}
    assert agent.post(url, asked).status_code == 302
    page = agent.get(agent.url("patients:panel-labels", patient.public_id)).content.decode()
    for text in ("已约下周复诊", "按规则应为：消亡"):
        assert text in page, text
    assert agent.post(agent.url("patients:label-give-back", patient.public_id, "visit_cycle")).status_code == 302
    assert PersonLabel.objects.current().get(axis="visit_cycle").value == "lapsed"
    assert agent.get(agent.url("patients:label-by-hand", patient.public_id, "tier")).status_code == 404


def test_what_a_strategy_has_done_is_given_as_a_task(client_as: ClientAs, in_north: Hospital) -> None:
    patient, agent = lapsed(), client_as("agent")
    LabelStrategy.objects.filter(axis="visit_cycle", value="lapsed").update(tasks={"zh-hans": "电话问候；\n约复诊。"})
    page = agent.get(agent.url("patients:panel-labels", patient.public_id)).content.decode()
    ways = re.findall(r'<li><a class="tap" href="/north/([^"]+title=[^"]+)">([^<]+)</a>', page)
    assert [title for _address, title in ways if title in ("电话问候", "约复诊")] == ["电话问候", "约复诊"]
    form = agent.get(next(address for address, title in ways if title == "约复诊")).content.decode()
    assert 'name="title" value="约复诊"' in form


def test_the_manager_changes_rules_and_sees_first_what_changes(client_as: ClientAs, in_north: Hospital) -> None:
    lapsed()
    manager = client_as("centre_manager")
    draft_url = manager.url("patients:label-draft")
    assert manager.get(draft_url).status_code == 302
    assert manager.post(draft_url).status_code == 302
    draft = LabelRuleSet.objects.get(state="draft")
    form = {"save": "1", "least_points": "3"}
    for line in draft.rules.all():
        form |= {f"l{line.pk}-v{place}": one["value"] for place, one in enumerate(line.conditions)}
        form |= {f"l{line.pk}-points": line.points, f"l{line.pk}-is_active": "on"}
        if line.code == "C2":
            form[f"l{line.pk}-v0"] = "3000"
    assert manager.post(draft_url, {**form, "least_points": "99"}).status_code == 422
    assert manager.post(draft_url, form).status_code == 302
    draft.refresh_from_db()
    assert draft.least_points == 3
    assert draft.rules.get(code="C2").conditions == [{"fact": "days_since_visit", "op": ">=", "value": 3000}]
    page = manager.get(manager.url("patients:label-publish")).context
    assert [(row["before"], row["after"], row["n"]) for row in page["changes"]] == [("消亡", "首度", 1)]
    new = {
        "target": "life_cycle:loyal",
        "title": "来过",
        "points": "1",
        "fact": "visits_total",
        "op": ">=",
        "value": "9",
    }
    assert manager.post(manager.url("patients:label-line"), {**new, "fact": "x"}).status_code == 422
    assert manager.post(manager.url("patients:label-line"), new).status_code == 302
    assert draft.rules.filter(code="X1").count() == 1
    assert manager.post(manager.url("patients:label-publish")).status_code == 302
    assert LabelRuleSet.objects.published().get() == draft
    manager.post(draft_url)
    assert manager.post(manager.url("patients:label-discard")).status_code == 302
    assert not LabelRuleSet.objects.filter(state="draft").exists()


def test_the_manager_changes_a_strategy(client_as: ClientAs, in_north: Hospital) -> None:
    manager = client_as("centre_manager")
    url = manager.url("patients:strategy", "visit_cycle", "lapsed")
    texts = {f"{name}_{code}": "" for name in LabelStrategy.TEXTS for code in ("zh-hans", "zh-hant", "en")}
    assert manager.get(url).status_code == 200
    assert manager.post(url, texts).status_code == 422
    assert manager.post(url, {**texts, "expects_zh-hans": "想被问候"}).status_code == 302
    row = LabelStrategy.objects.get(axis="visit_cycle", value="lapsed")
    assert (row.expects, row.tasks) == ({"zh-hans": "想被问候"}, {})
    assert "想被问候" in manager.get(manager.url("patients:strategies")).content.decode()
    assert manager.get(manager.url("patients:strategy", "visit_cycle", "loyal")).status_code == 404


def test_every_group_and_stage_ships_with_a_strategy_in_three_languages(in_north: Hospital) -> None:
    assert LabelStrategy.objects.count() == sum(len(values) for values in VALUES.values())
    for row in LabelStrategy.objects.all():
        for name in LabelStrategy.TEXTS:
            assert sorted(getattr(row, name)) == ["en", "zh-hans", "zh-hant"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_as_often_for_three_people_as_for_one(client_as: ClientAs, in_north: Hospital, name: str) -> None:
    agent = client_as("agent")
    lapsed(region="柳溪区")
    agent.get(agent.url(f"patients:{name}"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert agent.get(agent.url(f"patients:{name}")).status_code == 200
        return len([one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    one = queries()
    for region in ("柳溪区", "听松区"):
        lapsed(region=region)
    assert queries() == one
    assert one <= 15


@pytest.mark.parametrize("name", PAGES)
def test_pages_refuse_other_roles_and_methods(client_as: ClientAs, in_north: Hospital, name: str) -> None:
    nurse, agent = client_as("nurse"), client_as("agent")
    assert nurse.get(nurse.url(f"patients:{name}")).status_code == 403
    assert agent.post(agent.url(f"patients:{name}")).status_code == 405


@pytest.mark.parametrize("name", ["label-draft", "label-line", "label-publish", "label-discard"])
def test_only_the_manager_reaches_the_draft(client_as: ClientAs, in_north: Hospital, name: str) -> None:
    agent = client_as("agent")
    assert agent.post(agent.url(f"patients:{name}")).status_code == 403


def test_a_person_of_another_hospital_has_no_labels_here(client_as: ClientAs, north: Hospital, south: Hospital) -> None:
    with hospital_scope(south):
        foreign = PatientFactory().public_id
    agent = client_as("agent")
    for name, args in (
        ("panel-labels", ()), ("label-by-hand", ("life_cycle",)), ("win-back-call", ()),
    ):  # fmt: skip
        assert agent.get(agent.url(f"patients:{name}", foreign, *args)).status_code == 404
