"""The translation tooling: which texts it finds, what it writes, what it refuses."""

from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.utils.translation import trans_real

from hospital_crm.i18n import catalogues, checks
from hospital_crm.i18n.python_texts import python_texts
from hospital_crm.i18n.sources import Project
from hospital_crm.i18n.template_texts import template_texts, unmarked_texts, untrimmed_blocks
from hospital_crm.i18n.texts import Text, placeholders

pytestmark = pytest.mark.unit
PLACE = Path("a.py")


@pytest.fixture
def project(tmp_path):
    """A project with one app, one template and a shell."""
    for folder in ("patients", "hospital_crm", "templates/patients", "templates/account"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "patients" / "apps.py").write_text("")
    (tmp_path / "patients" / "views.py").write_text('label = _("Ward"), ngettext("%(n)s day", "%(n)s days", 2)')
    (tmp_path / "templates" / "patients" / "list.html").write_text('{% translate "Patients" %}')
    (tmp_path / "templates" / "account" / "login.html").write_text('{% translate "Sign in" %}')
    return Project(tmp_path)


def translate(project, app, **forms):
    """Fill in zh_Hans by English text and make zh_Hant."""
    path = project.catalogue(app, "zh_Hans")
    catalogue = catalogues.read(path)
    for entry in catalogue:
        form = forms[entry.msgid.replace(" ", "_").replace("%(n)s_day", "n_days")]
        if entry.msgid_plural:
            entry.msgstr_plural = {0: form}
        else:
            entry.msgstr = form
    catalogues.write(catalogue, path)
    catalogues.make_traditional(project, app)


@pytest.fixture
def translated(project):
    for app in project.apps():
        catalogues.collect(project, app, prune=False)
    translate(project, "patients", Ward="病区", n_days="%(n)s 天", Patients="患者")
    translate(project, "hospital_crm", Sign_in="登录")
    return project


def test_python_texts_of_every_function():
    source = """
_("one"); gettext_lazy("two"); translation.gettext_noop("three")
ngettext("a day", "days", n); pgettext_lazy("person", "case"); npgettext("c", "s", "p", n); _(variable); "plain"
"""
    assert list(python_texts(source, PLACE)) == [
        Text("one", PLACE),
        Text("two", PLACE),
        Text("three", PLACE),
        Text("a day", PLACE, plural="days"),
        Text("case", PLACE, context="person"),
        Text("s", PLACE, plural="p", context="c"),
    ]


@pytest.mark.parametrize("source", ['_(f"{name} left")', '_("one" + "two")'])
def test_text_that_no_catalogue_can_hold_is_refused(source):
    with pytest.raises(ValueError, match=r"a\.py:1: a text for translation must be one plain literal"):
        list(python_texts(source, PLACE))


def test_template_texts_of_every_tag():
    source = """{% translate "it's" %} {% translate "May" context "month" %} {{ x|default:_("none") }}
{% blocktranslate trimmed with n=a %}
  Hello   {{ n }}
  and goodbye
{% endblocktranslate %}
{% blocktranslate trimmed count n=a %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"""
    assert set(template_texts(source, PLACE)) == {
        Text("it's", PLACE),
        Text("May", PLACE, context="month"),
        Text("none", PLACE),
        Text("Hello   %(n)s and goodbye", PLACE),
        Text("%(n)s day", PLACE, plural="%(n)s days"),
    }


def test_unmarked_words_are_seen_where_a_reader_would_see_them():
    source = """<p title="Forgotten">Shown {% if a %}too{% endif %}</p> <b>{{ value }} 3 %</b> <i>{# note #}中文</i>
<input placeholder="{% translate "fine" %}" data-words="unseen"> <kbd>Ctrl</kbd> <script>let words</script>
{% blocktranslate trimmed %}marked{% endblocktranslate %} {% block back_url %}?ward=1{% endblock %}
<{% if a %}legend{% else %}label{% endif %} class="b">"""
    assert unmarked_texts(source) == ["Forgotten", "Shown too", "中文"]


def test_block_without_trimmed_is_counted():
    source = (
        "{% blocktranslate %}a{% endblocktranslate %}{% blocktranslate trimmed count n=1 %}b{% endblocktranslate %}"
    )
    assert untrimmed_blocks(source) == 1


def test_placeholders_are_compared_as_a_bag():
    assert placeholders("{name} of %(ward)s: %s, 100%% {0} {total:,}") == [
        "%(ward)s",
        "%s",
        "{0}",
        "{name}",
        "{total:,}",
    ]


def test_texts_go_to_the_catalogue_of_their_app(project):
    assert {text.singular for text in project.texts("patients")} == {"Ward", "%(n)s day", "Patients"}
    assert {text.singular for text in project.texts("hospital_crm")} == {"Sign in"}


def test_collect_adds_drops_only_when_asked_and_keeps_translations(translated):
    (translated.root / "patients" / "views.py").write_text('label = _("Ward"), _("Bed")')
    assert catalogues.collect(translated, "patients", prune=False) == (1, 0)
    assert catalogues.collect(translated, "patients", prune=True) == (0, 1)
    found = {entry.msgid: entry.msgstr for entry in catalogues.read(translated.catalogue("patients", "zh_Hans"))}
    assert found == {"Bed": "", "Patients": "患者", "Ward": "病区"}


def test_traditional_takes_the_words_of_taiwan_but_not_from_a_hand(translated):
    path = translated.catalogue("hospital_crm", "zh_Hant")
    assert [entry.msgstr for entry in polib.pofile(str(path))] == ["登入"]
    catalogue = polib.pofile(str(path))
    catalogue[0].msgstr, catalogue[0].tcomment = "登錄", "hand"
    catalogue.save()
    catalogues.make_traditional(translated, "hospital_crm")
    assert [entry.msgstr for entry in polib.pofile(str(path))] == ["登錄"]
    assert list(checks.problems(translated, ["hospital_crm"])) == []


def test_complete_project_has_no_fault(translated):
    assert list(checks.problems(translated, translated.apps())) == []


def test_what_this_process_has_read_is_read_anew_after_compiling(monkeypatch):
    assert trans_real.translation("zh-hans") is trans_real._translations["zh-hans"]
    monkeypatch.setattr(catalogues, "compile_changed", lambda project: 0)
    call_command("translations", "compile")
    assert "zh-hans" in trans_real._translations
    monkeypatch.setattr(catalogues, "compile_changed", lambda project: 1)
    call_command("translations", "compile", verbosity=0)
    assert trans_real._translations == {}


def test_compile_makes_only_what_has_changed(translated):
    assert catalogues.compile_changed(translated) == 4
    assert catalogues.compile_changed(translated) == 0
    translated.catalogue("patients", "zh_Hans").touch()
    assert catalogues.compile_changed(translated) == 1
    compiled = polib.mofile(str(translated.catalogue("patients", "zh_Hans").with_suffix(".mo")))
    assert compiled.find("Patients").msgstr == "患者"


def faults_after(project, path, old, new):
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))
    return list(checks.problems(project, project.apps()))


HANS = "locale/patients/zh_Hans/LC_MESSAGES/django.po"
HANT = "locale/patients/zh_Hant/LC_MESSAGES/django.po"


@pytest.mark.parametrize(
    ("file", "old", "new", "faults"),
    [
        ("patients/views.py", "Ward", "Bed", [f"{name}: missing: 'Bed' of patients/views.py" for name in (HANS, HANT)]),
        ("patients/views.py", "Ward", "病区", ["patients/views.py: Chinese as a source text: '病区'"]),
        (
            HANS,
            '"病区"',
            '""',
            [f"{HANS}: not translated: 'Ward'", f"{HANT}: differs from `translations traditional`: 'Ward'"],
        ),
        (HANS, "%(n)s 天", "天", [f"{HANS}: placeholders differ: '%(n)s day'"]),
        (HANT, "病區", "病区", [f"{HANT}: differs from `translations traditional`: 'Ward'"]),
        (HANS, 'msgid "Ward"', '#, fuzzy\nmsgid "Ward"', [f"{HANS}: fuzzy: 'Ward'"]),
        (
            "templates/patients/list.html",
            "{%",
            "Hello {%",
            ["templates/patients/list.html: not marked for translation: 'Hello'"],
        ),
        (
            "templates/patients/list.html",
            "{% translate",
            "{% blocktranslate %}Ward{% endblocktranslate %}{% translate",
            ["templates/patients/list.html: 1 blocktranslate without `trimmed`"],
        ),
    ],
)
def test_each_fault_is_named_with_its_place(translated, file, old, new, faults):
    found = faults_after(translated, translated.root / file, old, new)
    assert found[: len(faults)] == faults


def test_two_apps_must_say_the_same(translated):
    (translated.root / "templates" / "account" / "login.html").write_text('{% translate "Ward" %}')
    catalogues.collect(translated, "hospital_crm", prune=True)
    translate(translated, "hospital_crm", Ward="病房")
    assert list(checks.problems(translated, translated.apps())) == [
        "'Ward' is '病区' in patients and '病房' in hospital_crm"
    ]
