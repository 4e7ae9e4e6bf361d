"""Follow-up protocols in the administration of a hospital: read, copy as draft, edit the draft, publish."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sites import HospitalInline, HospitalModelAdmin, hospital_admin
from followups.domain import condition_words, drafts, protocols
from followups.domain.errors import FollowUpError
from followups.domain.protocol_checks import problems
from followups.domain.protocol_reading import described
from followups.models import EscalationRule, FollowUpRun, Protocol, ProtocolStep, TierRule, TierTarget
from followups.protocol_forms import WORDS, EscalationForm, ProtocolForm, RuleForm, StepForm, TargetForm
from hospital_crm.i18n.localized import localized
from hospital_crm.tenancy.counts import capped_count


class _Rows(HospitalInline):
    """Rows of a draft. None is added here: a new rule needs a condition of its own."""

    template = "followups/admin/rows.html"
    may_add = False


class RuleInline(_Rows):
    """Tier rules: words and thresholds; one that is not wanted goes."""

    model = TierRule
    form = RuleForm
    may_delete = True
    readonly_fields = ("asks",)
    fieldsets = ((None, {"fields": ("asks", RuleForm.PARAMS[:5], RuleForm.PARAMS[5:], WORDS)}),)

    @admin.display(description=gettext_lazy("what it asks"))
    def asks(self, rule: TierRule) -> str:
        """The condition in words, as saved."""
        return condition_words.rule_words(rule)


class StepInline(_Rows):
    """Steps: windows, repeats, who, attempts."""

    model = ProtocolStep
    form = StepForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("earliest_days", "due_days", "latest_days"),
                    ("due_basis", "duty_days"),
                    ("repeats_every", "repeat_until", "ends_after_clean"),
                    StepForm.RUNGS,
                    ("least_attempts", "call_sample_percent", "asks_satisfaction"),
                    WORDS,
                )
            },
        ),
    )


class EscalationInline(_Rows):
    """Who hears of what is late."""

    model = EscalationRule
    form = EscalationForm
    fieldsets = ((None, {"fields": (("after_hours", "is_weekly_list"), "recipients")}),)


class TargetInline(_Rows):
    """What each tier aims at."""

    model = TierTarget
    form = TargetForm
    fieldsets = ((None, {"fields": (("attempted_percent", "effective_percent"),)}),)


@admin.register(Protocol, site=hospital_admin)
class ProtocolAdmin(HospitalModelAdmin):
    """Versions of protocols. Only a draft is edited: orders on their way pin the version they were opened with."""

    may_add = False
    change_form_template = "followups/admin/protocol.html"
    form = ProtocolForm
    list_display = ("shown_name", "version", "state", "trigger", "published_at", "retired_at")
    list_filter = ("state",)
    inlines = (RuleInline, StepInline, EscalationInline, TargetInline)
    _READ = ("shown_name", "version", "state", "trigger", "published_at", "retired_at")

    @admin.display(description=gettext_lazy("name"), ordering="code")
    def shown_name(self, protocol: Protocol) -> str:
        """In the reader's language."""
        return localized(protocol.name) or protocol.code

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A draft's name may be changed."""
        fields = (WORDS, "version", "trigger") if _is_draft(obj) else self._READ
        return ((None, {"fields": fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Everything but the name."""
        return self._READ

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is published is shown in words, not in fields."""
        return self.inlines if _is_draft(obj) else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return super().has_change_permission(request, obj) and (obj is None or _is_draft(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft may be discarded."""
        return self._may(request) and _is_draft(obj)

    def delete_model(self, request: HttpRequest, obj: Protocol) -> None:
        """Discards the draft."""
        drafts.discard(protocol=obj, actor=request.actor)  # type: ignore[attr-defined]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """The domain verb is on record already."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """With the version in words, or with what keeps the draft from being published."""
        protocol = kwargs.get("obj")
        if _is_draft(protocol):
            context["problems"] = problems(protocol)
        else:
            context["one"] = described(protocol)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Two pages more: copy as draft, and publish; each asks first."""
        return [
            path(f"<int:protocol_id>/{verb}/", self.admin_site.admin_view(view), name=f"followups_protocol_{verb}")
            for verb, view in (("copy", self.copy), ("publish", self.publish))
        ] + super().get_urls()

    def copy(self, request: HttpRequest, protocol_id: int) -> HttpResponse:
        """The next version as a draft with the same rows."""
        texts = {
            "title": _("Copy as draft"),
            "text": _("The draft gets the next version number and the same rows. It opens nothing until published."),
        }

        def act(protocol: Protocol) -> Protocol:
            return drafts.copy_as_draft(protocol=protocol, actor=request.actor)  # type: ignore[attr-defined]

        return self._asked(request, protocol_id, act, texts)

    def publish(self, request: HttpRequest, protocol_id: int) -> HttpResponse:
        """From now on this version opens runs."""
        pinned = capped_count(FollowUpRun.objects.open().filter(protocol__code=self._found(protocol_id).code))
        texts = {
            "title": _("Publish"),
            "text": _("Runs opened from now on follow this version. Open runs keep theirs: %(n)s.") % {"n": pinned},
        }

        def act(protocol: Protocol) -> Protocol:
            return protocols.publish(protocol=protocol, now=timezone.now(), actor=request.actor)  # type: ignore[attr-defined]

        return self._asked(request, protocol_id, act, texts)

    def _found(self, protocol_id: int) -> Protocol:
        return get_object_or_404(Protocol, pk=protocol_id)

    def _asked(
        self, request: HttpRequest, protocol_id: int, act: Callable[[Protocol], Protocol], texts: dict[str, str]
    ) -> HttpResponse:
        """Asks; then does it and opens the version it is about. A refusal is said on the page it was asked from."""
        protocol = self._found(protocol_id)
        if not self._may(request):
            raise PermissionDenied
        if request.method != "POST":
            context = {**self.admin_site.each_context(request), **texts, "opts": self.opts, "protocol": protocol}
            return render(request, "followups/admin/ask.html", context)
        try:
            protocol = act(protocol)
        except FollowUpError as refusal:
            messages.error(request, str(refusal))
        return redirect(reverse("admin:followups_protocol_change", args=[protocol.pk]))


def _is_draft(protocol: Any) -> bool:
    return protocol is not None and protocol.state == Protocol.State.DRAFT
