"""A test of a campaign, to nobody but the member of staff who asks for it: a mail to the own address, a text message to
the own mobile number. A letter is seen in its preview; WeChat writes to followers alone.
"""

from django.utils.translation import gettext as _

from accounts.models import StaffMember
from campaigns.domain import ways
from campaigns.models import Campaign, CampaignText
from patients.domain.masking import mask_contact
from patients.domain.phones import MOBILE
from patients.domain.reach import contact_value

TESTED = (Campaign.Channel.EMAIL, Campaign.Channel.SMS)


def why_not(campaign: Campaign, text: CampaignText, staff: StaffMember) -> str:
    """What keeps a test from this member of staff; '' where nothing does."""
    if campaign.channel not in TESTED:
        return _("Only mails and text messages are tested: look at the preview.")
    if campaign.channel == Campaign.Channel.EMAIL:
        return "" if staff.email or staff.user.email else _("Your own record has no e-mail address.")
    if not MOBILE.fullmatch(contact_value("phone", staff.phone)):
        return _("Your own record has no mobile number.")
    way = ways.way_of(campaign.channel)
    if not way.gateway or not way.takes(text.provider_template):
        return _("No account for text messages is in use that has a text for this message.")
    return ""


def goes_to(campaign: Campaign, staff: StaffMember) -> str:
    """Where a test goes, in a sentence."""
    if campaign.channel == Campaign.Channel.EMAIL:
        return _("A test is on its way to you.")
    if ways.way_of(campaign.channel).is_console:
        return _("No account is in use here: the test is only stored in the outbox.")
    return _("A test is on its way to %(number)s.") % {"number": mask_contact("phone", staff.phone)}
