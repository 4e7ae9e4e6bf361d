"""An effect in words: how much more came, and how sure that is."""

from django.utils.translation import gettext as _

from campaigns.domain.effect import Effect

FEWEST = 30


def difference(effect: Effect) -> str:
    """The difference in points with its interval; a dash where there is nothing to compare."""
    found = effect.difference
    if found is None:
        return "—"
    said = {"value": f"{100 * found.value:+.1f}", "low": f"{100 * found.low:+.1f}", "high": f"{100 * found.high:+.1f}"}
    return _("%(value)s points (%(low)s to %(high)s)") % said


def finding(effect: Effect) -> str:
    """What the comparison tells, in a sentence."""
    found = effect.difference
    if found is None or min(effect.written.people, effect.held_out.people) < FEWEST:
        return _("Too few people were held out to tell an effect.")
    if not found.is_told:
        return _("No effect can be told: %(difference)s, 95 %% interval.") % {"difference": difference(effect)}
    if found.value > 0:
        return _("More came of those written to: %(difference)s, 95 %% interval.") % {"difference": difference(effect)}
    return _("Fewer came of those written to: %(difference)s, 95 %% interval.") % {"difference": difference(effect)}
