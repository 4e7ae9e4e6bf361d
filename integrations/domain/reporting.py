"""What came of a list, in the words and keys that commands and pages show."""

from typing import Any

from followups.domain import planning
from integrations.domain.modes import BOTH, mode_of
from integrations.domain.stay_lists import stays_of
from integrations.models import ImportBatch, ImportIssue
from integrations.models.batch import COUNTS
from integrations.readers.problems import REJECTED, SKIPPED, WARNING


def result_of(batch: ImportBatch, *, is_dry: bool = False) -> dict[str, Any]:
    """The result of a list: counts, and per row the reasons why it was left out or went in with a remark. Of
    a list that only adds or only corrects also the rows it left out because of that. Of discharges that were brought
    in also how many of the stays ended before the first discharge that the hospital follows.
    """
    counts = batch.dry_counts if is_dry else batch.counts
    return {
        "rows": batch.rows,
        **{name: counts.get(name, 0) for name in COUNTS},
        **({} if is_dry else _not_followed(batch)),
        REJECTED: reasons(batch, REJECTED, is_dry=is_dry),
        "warnings": reasons(batch, WARNING, is_dry=is_dry),
        **by_choice(batch, is_dry=is_dry),
    }


def _not_followed(batch: ImportBatch) -> dict[str, int]:
    if batch.kind != ImportBatch.Kind.DISCHARGES:
        return {}
    return {"stays_before_start": planning.before_start(stays_of(batch)).count()}


def by_choice(batch: ImportBatch, *, is_dry: bool, place: str = "row") -> dict[str, list[dict[str, Any]]]:
    """The rows left out because the list only adds, or only corrects; nothing where it may do both."""
    return {} if mode_of(batch) == BOTH else {SKIPPED: reasons(batch, SKIPPED, is_dry=is_dry, place=place)}


def reasons(batch: ImportBatch, kind: str, *, is_dry: bool = False, place: str = "row") -> list[dict[str, Any]]:
    """Rows with their reasons in the active language, one entry per row; `place`: the number of the data row, or the
    `line` of the file.
    """
    by_row: dict[int, list[str]] = {}
    for issue in ImportIssue.objects.filter(batch=batch, is_dry=is_dry, kind=kind).order_by("row", "id"):
        by_row.setdefault(getattr(issue, place), []).append(issue.sentence)
    return [{"row": row, "reason": "; ".join(sentences)} for row, sentences in by_row.items()]
