"""What the work on an order refuses, each with the sentence the person reads."""

from django.utils.translation import gettext_lazy as _

from followups.domain.errors import FollowUpError


class OrderChanged(FollowUpError):
    """Somebody else changed the order since it was shown."""

    message = _("This order has changed in the meantime. Look at it again before you send.")


class NotYourOrder(FollowUpError):
    """Only who holds the order, or covers for that person, works on it."""

    message = _("This order is not assigned to you.")


class InAnotherHand(FollowUpError):
    """A colleague of the service centre has taken the call up."""

    message = _("%(name)s has this call in hand. It is free again after half an hour.")


class OrderNotOpen(FollowUpError):
    """Nothing is left to call for."""

    message = _("This order is no longer open.")


class PersonIsDead(FollowUpError):
    """The dead are never called."""

    message = _("This person has died. Nobody is to call.")


class DeathInDoubt(FollowUpError):
    """Nobody calls somebody who may have died."""

    message = _("Another record that may be this person says death. Nobody calls until it is decided.")


class ContactIsStopped(FollowUpError):
    """The person refused all contact."""

    message = _("This person has refused contact. Only safety calls are allowed.")


# Somebody else acted, and the order is another than the caller knows: it is read again. All else stays refused.
CHANGED_MEANWHILE = (OrderChanged, InAnotherHand, OrderNotOpen)


class LateReasonMissing(FollowUpError):
    """Late is allowed, with a reason."""

    message = _("This order is late. Write why.")


class FindingUntold(FollowUpError):
    """A red flag says what was heard: whoever is alerted acts on it."""

    message = _("Write what was heard: a red flag needs a note.")


class AgreedTimeMissing(FollowUpError):
    """A partly done call has an agreed time, and it lies ahead."""

    message = _("Write the agreed time; it must lie ahead.")


class AgreedTimeTooFar(FollowUpError):
    """A time agreed on the telephone is one of the coming weeks."""

    message = _("The agreed time lies more than %(days)s days ahead.")


class AgreedTimeOutsideHours(FollowUpError):
    """A time at which nobody may call is agreed with nobody."""

    message = _("Care calls are made from %(first)d:00 to %(last)d:00. Agree a time within these hours.")


class DeathBeforeDischarge(FollowUpError):
    """Whoever is followed up left the hospital alive."""

    message = _("The day of death lies before the discharge of %(day)s. Look at the day again.")


class TooManyAttempts(FollowUpError):
    """Tries by telephone on three days are the most."""

    message = _(
        "Calls on three days have reached nobody. Try the number of family or a visit, or report the person lost."
    )


class TriedAtThisTime(FollowUpError):
    """Each of the three tries lies in another part of the day."""

    message = _("A call at this time of the day has already reached nobody. The next try is at %(parts)s.")


class TriedAtThisTimeToday(FollowUpError):
    """Nobody is called twice in one part of a day."""

    message = _("A call at this time today has already reached nobody. Try at another time, or on another day.")


class CalledToday(FollowUpError):
    """One call a day."""

    message = _("This person has already been called today. Try again tomorrow.")


class SecondCallUnexplained(FollowUpError):
    """A second call of a day that did happen is kept, with the reason."""

    message = _("This person has already been called today. Choose why there was a second call.")


class OutsideCareHours(FollowUpError):
    """Care calls have their hours; only safety calls at any time."""

    message = _(
        "Care calls are made from %(first)d:00 to %(last)d:00. Your draft is kept; only safety calls are made now."
    )


class CareIsRefused(FollowUpError):
    """The person does not want care follow-up."""

    message = _("This person has refused care follow-up. Only safety calls are made; write down that it was refused.")


class DayWithoutContact(FollowUpError):
    """On days without contact only tier A, what was agreed and safety go on."""

    message = _("Today is a day without contact. This person may be called again from %(day)s.")


class ContactBudgetUsed(FollowUpError):
    """Two approaches in seven days are the most; the first attempt of a step is one."""

    message = _("This person was approached twice within seven days. The first call may be made from %(day)s.")


class LostTooEarly(FollowUpError):
    """Lost is the end of a ladder; what is missing is named."""

    message = _("This person is not lost yet. Missing: %(missing)s.")


class EvidenceMissing(FollowUpError):
    """Lost needs its evidence."""

    message = _("Write what was tried.")


class KeyUsedElsewhere(FollowUpError):
    """The key of a submission belongs to one order."""

    message = _("This result was sent for another order.")


class SatisfactionMissing(FollowUpError):
    """Where the step asks how content the person is, an answer is written, be it that none was given."""

    message = _("Choose how content the person is with the hospital, or that it was not asked.")


class SatisfactionNotAsked(FollowUpError):
    """How content somebody is belongs to a completed result of a step that asks it."""

    message = _("This result is not asked for satisfaction.")


class CauseMissing(FollowUpError):
    """Who is not content says with what."""

    message = _("The person is not content. Choose the cause and write what was said.")


class NumberNotNamed(FollowUpError):
    """A fault of a number belongs to one of several."""

    message = _("Say which number it was: this person has several.")


class NoSuchNumber(FollowUpError):
    """What was called is a number of the person."""

    message = _("This person has no such number.")


class ReasonMissing(FollowUpError):
    """A decision is written down with its reason."""

    message = _("Write the reason.")


class NotAllowed(FollowUpError):
    """The role may not do this."""

    message = _("Your role does not allow this.")


class NotForTheStation(FollowUpError):
    """A station visits its own people of tier A."""

    message = _("%(name)s works for a community station: home visits of tier A to people assigned to the station.")


class CannotFollowUp(FollowUpError):
    """Nobody gets an order who could not record what came of it."""

    message = _("%(name)s holds no role that follows up people.")


class NoSuchColleague(FollowUpError):
    """Nobody gets an order who no longer works here."""

    message = _("%(name)s no longer works here.")


class EndNotProposed(FollowUpError):
    """Regular follow-up ends after the clean occurrences the protocol asks for, not before."""

    message = _("The end of this follow-up is not proposed.")


class NotToBeReviewed(FollowUpError):
    """Only a sent result can be filed or returned."""

    message = _("This result is not waiting for review.")


class NotFiledNorReturned(FollowUpError):
    """Only what was decided on a result is undone."""

    message = _("This result was neither filed nor returned.")


class SomethingFollowed(FollowUpError):
    """What others have gone on from is not taken back."""

    message = _("Something has followed from it already; it is not taken back any more.")


class TooLateToUndo(FollowUpError):
    """What was handed out is taken back at once or not at all."""

    message = _("This can be taken back for a quarter of an hour only. Reassign the orders instead.")


class FollowUpHasEnded(FollowUpError):
    """Nobody calls again in a follow-up that has ended."""

    message = _("This follow-up has ended; the result can only be filed.")


class FollowUpOnHold(FollowUpError):
    """Nobody calls into a stay."""

    message = _("This follow-up is on hold: the person is in hospital again.")
