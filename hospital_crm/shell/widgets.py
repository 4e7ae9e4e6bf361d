"""What long lists and boards draw many times without a template for each: windows, meters and trends."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hospital_crm.shell.drawings import Spark, Window
from hospital_crm.shell.wording import MISSING, Due


def window(bar: Window | None, due: Due, closes: str) -> SafeString:
    """The window of an order: the bar (line, tick of due, dot of now) and the words, which carry the meaning."""
    tone = {"late": " is-late", "soon": " is-soon"}.get(due.tone, "")
    words = format_html('<span class="due-words{}">{}</span>', tone, due.words)
    title = _("Latest %(closes)s") % {"closes": closes}
    return format_html('<span class="due" title="{}">{}{}</span>', title, _bar(bar) if bar else "", words)


def _bar(bar: Window) -> SafeString:
    """Numbers and names of our own alone, so that nothing is to be escaped."""
    past = {"late": "60", "open": f"{bar.now_x}"}.get(bar.tone)
    tone = {"late": " win-late", "wait": " win-wait"}.get(bar.tone, "")
    line = f'<path class="win-past" d="M4 8H{past}"/>' if past else ""
    return SafeString(
        f'<svg class="win{tone}" viewBox="0 0 64 16" width="64" height="16" aria-hidden="true">'
        f'<path class="win-rail" d="M4 8H60"/>{line}<path class="win-due" d="M{bar.due_x} 3V13"/>'
        f'<circle class="win-now" cx="{bar.now_x}" cy="8" r="3.5"/></svg>'
    )


def meter(value: float | None, words: str, goal: float | None, *, low: bool) -> SafeString:
    """A rate: the bar with the mark of its target, and the number, which says 低 when it is clearly below."""
    return format_html(
        '<span class="cell-meter">{}<span class="v{}">{}{}</span></span>',
        "" if value is None else _meter_bar(value, goal, low),
        " is-soon" if low else "",
        f"{_('low')} " if low else "",
        words,
    )


def _meter_bar(value: float, goal: float | None, low: bool) -> SafeString:
    return format_html(
        '<svg class="meter{}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="meter-bg" width="100" height="8"/><rect class="meter-fg" width="{}" height="8"/>{}</svg>',
        " meter-low" if low else "",
        str(value),
        "" if goal is None else format_html('<path class="meter-goal" d="M{} 0V8"/>', str(goal)),
    )


def spark(drawn: Spark | None) -> SafeString:
    """A trend with its last point and the height of the target; a dash where nothing is known."""
    if drawn is None:
        return format_html('<span class="faint">{}</span>', MISSING)
    goal = "" if drawn.goal_y is None else format_html('<path class="spark-goal" d="M0 {}H88"/>', str(drawn.goal_y))
    return format_html(
        '<svg class="spark" viewBox="0 0 88 24" aria-hidden="true">{}<polyline class="spark-line" points="{}"/>'
        '<circle class="spark-end" cx="{}" cy="{}" r="2.5"/></svg>',
        goal,
        drawn.points,
        str(drawn.end_x),
        str(drawn.end_y),
    )
