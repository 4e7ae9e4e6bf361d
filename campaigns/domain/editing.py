"""Making and changing a campaign while it is a draft: what for, to whom, and its words."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from campaigns.domain import blocks, kinds, occasions
from campaigns.domain.blocks import Block
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign, CampaignChange, CampaignPicture, CampaignText
from hospital_crm.private_files import kinds as file_kinds
from hospital_crm.private_files.intake import Examined, Stored, store
from hospital_crm.private_files.serving import content_of

MOST_PICTURES = 10
_A_MOMENT = dt.timedelta(minutes=1)
KEPT = (
    *("name", "segment", "review_number", "review_until", "holdout_percent", "per_hour", "starts_at"),
    *("latest_start_at", "ends_at", "effect_days", "occasion", "occasion_number"),
)


@transaction.atomic
def create(
    *,
    name: str,
    kind: str,
    channel: str,
    actor: Actor,
    now: dt.datetime,
    copied_from: Campaign | None = None,
    **about: Any,
) -> Campaign:
    """A draft of a kind and channel, which it keeps. Commercial from the start where the kind is."""
    campaign = Campaign.objects.create(
        name=name.strip(),
        kind=kind,
        channel=channel,
        is_commercial=kinds.must_be_commercial(kind) or bool(about.pop("is_commercial", False)),
        copied_from=copied_from,
        author=actor.staff,
        writers=[actor.staff.pk],
        state_at=now,
        **about,
    )
    CampaignChange.objects.create(campaign=campaign, at=now, state=Campaign.State.DRAFT, by=actor.staff)
    record("campaigns.campaign.create", campaign, actor=actor, after={"kind": kind, "channel": channel})
    return campaign


@transaction.atomic
def describe(campaign: Campaign, *, is_commercial: bool, actor: Actor, **about: Any) -> None:
    """Name, audience, times and review of a draft. Raised to commercial it stays commercial. What stands has no end but
    its being stopped. Refuses a latest start or an end before the start.
    """
    campaign = _draft(campaign, actor)
    before = {"is_commercial": campaign.is_commercial}
    starts, latest = about.get("starts_at"), about.get("latest_start_at")
    about["ends_at"] = None if about["occasion"] else about.get("ends_at")
    if about["occasion"] in occasions.COUNTED and not about["occasion_number"]:
        raise CampaignError(_("Say how many months or days."), "occasion_number")
    if starts and latest and latest < starts:
        raise CampaignError(_("The latest start lies before the start."), "latest_start_at")
    if about["ends_at"] and about["ends_at"] <= (latest or starts or about["ends_at"] - _A_MOMENT):
        raise CampaignError(_("The end lies before the start."), "ends_at")
    for field in KEPT:
        setattr(campaign, field, about[field])
    campaign.is_commercial = campaign.is_commercial or is_commercial
    campaign.save(update_fields=[*KEPT, "is_commercial", "writers", "author"])
    after = {"is_commercial": campaign.is_commercial}
    record("campaigns.campaign.describe", campaign, actor=actor, before=before, after=after)


@transaction.atomic
def write_mail(
    campaign: Campaign, *, language: str, subject: str, preview: str, found: list[Block], actor: Actor
) -> CampaignText:
    """The words of a mail in one language. Refuses blocks that cannot be drawn."""
    campaign = _draft(campaign, actor)
    campaign.save(update_fields=["writers", "author"])
    said = {"subject": " ".join(subject.split()), "preview": " ".join(preview.split()), "blocks": blocks.checked(found)}
    text, _is_new = CampaignText.objects.update_or_create(campaign=campaign, language=language, defaults=said)
    record("campaigns.campaign.write", campaign, actor=actor, after={"language": language})
    return text


@transaction.atomic
def write_short(campaign: Campaign, *, language: str, body: str, provider_template: str, actor: Actor) -> CampaignText:
    """The words of a text message or of WeChat in one language."""
    campaign = _draft(campaign, actor)
    campaign.save(update_fields=["writers", "author"])
    said = {"body": body.strip(), "provider_template": provider_template.strip()}
    text, _is_new = CampaignText.objects.update_or_create(campaign=campaign, language=language, defaults=said)
    record("campaigns.campaign.write", campaign, actor=actor, after={"language": language})
    return text


@transaction.atomic
def copy(campaign: Campaign, *, name: str, actor: Actor, now: dt.datetime) -> Campaign:
    """A draft with the same words, pictures, audience and settings; times and the number of the review are its own."""
    made = create(
        name=name,
        kind=campaign.kind,
        channel=campaign.channel,
        actor=actor,
        now=now,
        copied_from=campaign,
        is_commercial=campaign.is_commercial,
        segment=campaign.segment if campaign.segment and not campaign.segment.is_retired else None,
        holdout_percent=campaign.holdout_percent,
        per_hour=campaign.per_hour,
        effect_days=campaign.effect_days,
        occasion=campaign.occasion,
        occasion_number=campaign.occasion_number,
    )
    for text in campaign.texts.all():
        said = {name: getattr(text, name) for name in ("subject", "preview", "blocks", "body", "provider_template")}
        CampaignText.objects.create(campaign=made, language=text.language, **said)
    _copy_pictures(campaign, made, actor, now)
    return made


@transaction.atomic
def add_picture(campaign: Campaign, file: Examined, *, said: str, actor: Actor, now: dt.datetime) -> CampaignPicture:
    """A picture that blocks may show. Refuses more than ten, and one without words for those who do not see it."""
    campaign = _draft(campaign, actor)
    campaign.save(update_fields=["writers", "author"])
    if campaign.pictures.count() >= MOST_PICTURES:
        raise CampaignError(_("A mail has at most %(n)s pictures.") % {"n": MOST_PICTURES}, "file")
    if not said.strip():
        raise CampaignError(_("Say what is to be seen, for those who do not see it."), "said")
    last = campaign.pictures.aggregate(last=Max("number"))["last"] or 0
    kept = _keep(campaign, store(file, folder=CampaignPicture.folder), last + 1, said.strip(), actor, now)
    record("campaigns.picture.add", campaign, actor=actor, file=str(kept.public_id))
    return kept


def _copy_pictures(campaign: Campaign, made: Campaign, actor: Actor, now: dt.datetime) -> None:
    """Each picture is kept once more, so that one campaign's pictures never go with another's."""
    for picture in campaign.pictures.all():
        kind = file_kinds.BY_MIME[picture.content_type]
        stored = store(Examined(picture.title, kind, content_of(picture)), folder=CampaignPicture.folder)
        _keep(made, stored, picture.number, picture.said, actor, now)


def _keep(
    campaign: Campaign, stored: Stored, number: int, said: str, actor: Actor, now: dt.datetime
) -> CampaignPicture:
    return CampaignPicture.objects.create(
        campaign=campaign,
        number=number,
        said=said,
        uploaded_by=actor.staff,
        uploaded_at=now,
        storage_name=stored.storage_name,
        title=stored.title,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
    )


def _draft(campaign: Campaign, actor: Actor) -> Campaign:
    """The campaign, held, with whoever writes of it among its writers. Refused once it is no draft any more."""
    held = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not held.is_written:
        raise CampaignError(_("Only a draft is changed. Take the campaign back, or copy it."))
    held.author, held.writers = actor.staff, sorted({*held.writers, actor.staff.pk})
    return held
