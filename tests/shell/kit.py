"""The pages under `pages/`: one shows every component once, as pages use them. People are invented."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory

PAGES = Path(__file__).parent / "pages"
KIT, CONFIRM, BENCH = ((PAGES / f"{name}.html").read_text("utf-8") for name in ("kit", "confirm", "bench"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 20, 10, 42, tzinfo=SHANGHAI)


class ResultForm(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(label="姓名")
    phone = forms.CharField(label="手机", help_text="11位")
    relation = forms.ChoiceField(label="关系", choices=[("", "未填"), ("d", "女儿")], required=False)
    channel = forms.ChoiceField(label="方式", widget=forms.RadioSelect, choices=[("p", "电话"), ("s", "短信")])
    may_know = forms.BooleanField(label="可告知病情", required=False)
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class FilterForm(forms.Form):
    """Filters above a list."""

    department = forms.ChoiceField(label="科室", choices=[("", "全部科室"), ("1", "普外科")], required=False)


def moment(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """A moment of November 2026 in Shanghai."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def a_request(path: str = "/kit/", **cookies: str) -> HttpRequest:
    """A request as the middleware leaves it, nobody signed in."""
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.hospital = SimpleNamespace(name="北方医院", short_name="北院", slug="north")
    request.actor, request.user = None, SimpleNamespace(is_authenticated=False, theme="auto")
    request.request_id, request.session, request.idle_seconds = "5f1c2a7e", {}, 0
    request._messages = CookieStorage(request)
    return request


def context() -> dict[str, Any]:
    """What the kit shows."""
    form = ResultForm({"name": "", "phone": "1390"})
    form.is_valid()
    return {
        "now": NOW,
        "form": form,
        "filters": FilterForm(),
        "orders": [
            ("A", moment(15), moment(17), moment(19, 20)),
            ("B", moment(19), moment(20), moment(20, 20)),
            ("C", dt.date(2026, 11, 25), dt.date(2026, 11, 27), dt.date(2026, 11, 29)),
        ],
        "purposes": [("followup", "随访联系"), ("other", "其他")],
        "chips": [
            {"label": "全部", "url": "?", "count": 1246, "is_on": True},
            {"label": "已超时", "url": "?", "count": 2, "is_late": True},
        ],
        "columns": [("due", "窗口关闭")],
        "views": SimpleNamespace(
            save_url="/kit/sent/",
            columns_url="/kit/sent/",
            view=None,
            state="",
            everything="?view=all",
            views=[{"name": "本月出院", "url": "?view=1", "is_on": False, "shared": "", "is_default": True}],
            columns=[SimpleNamespace(key="name")],
            offered=[("name", "姓名", True), ("region", "地区", False)],
            may_share=True,
            kept=SimpleNamespace(roles=[]),
        ),
        "weeks": [70, 75, None, 91],
        "nothing": [],
        "load": {
            "names": ["韩启明"],
            "series": [{"name": "现行", "data": [9]}, {"name": "草稿", "data": [13]}],
            "limit": 10,
        },
        "carried": [("picked", "1"), ("picked", "2")],
    }


def rendered(source: str, request: HttpRequest | None = None) -> str:
    """One of the pages above as a browser gets it."""
    return engines["django"].from_string(source).render(context(), request or a_request())
