"""What makes the row of a sent result worth a second look, as conditions the database keeps in `is_doubtful`."""

from django.db.models import Q

from followups.models.outcomes import NextStep, Outcome

_COMPLETED = [str(Outcome.COMPLETED), str(Outcome.COMPLETED_FAMILY)]
# Words that a note of a person in trouble holds; the caller should then have marked the red flag.
ALARMING = (
    "渗液",
    "渗血",
    "出血",
    "便血",
    "化脓",
    "红肿",
    "发热",
    "高热",
    "胸痛",
    "呼吸困难",
    "晕倒",
    "抽搐",
)
# "没有发热" is good news: a denial right before the word takes the alarm away.
_WORDS = "|".join(ALARMING)
_ALARM = rf"(?<![无没不未])(?<!没有)(?<!未见)(?<!否认)({_WORDS})"

EMPTY_NOTE = Q(last_outcome__in=_COMPLETED, note="")
# Looking back at denials costs five times as much as looking for the words, which few notes hold: first the words.
UNMARKED = Q(has_finding=False) & Q(note__regex=_WORDS) & Q(note__regex=_ALARM)
NO_NEXT_STEP = Q(has_finding=True, next_step__in=["", str(NextStep.NONE)])
IS_DOUBTFUL = EMPTY_NOTE | UNMARKED | NO_NEXT_STEP
