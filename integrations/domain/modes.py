"""What a list may do: add what is new and correct what is known, or only one of the two.

Rows that it leaves out because of that are no faults: they are counted apart, and each is told with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from integrations.models import ImportBatch
from integrations.readers.problems import SKIPPED, Problem

BOTH, CREATE, UPDATE = "both", "create", "update"
MODES = {
    BOTH: _("add what is new and correct what is known"),
    CREATE: _("only add what is new"),
    UPDATE: _("only correct what is known"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """Which rows tell of what is on record: `rows`. `unsure`: rows that are never left out, because only bringing them
    in tells what is wrong with them. `named`: the people each row names.
    """

    rows: set[int]
    unsure: set[int] = field(default_factory=set)
    named: Mapping[int, set[int]] = field(default_factory=dict)


def mode_of(batch: ImportBatch) -> str:
    """What the list may do."""
    return batch.options.get("mode", BOTH)


def left_out_by(mode: str, rows: Sequence[int], known: Known, *, already: str, missing: str) -> dict[int, Problem]:
    """Of these rows those that the mode leaves out, each with its reason: `already` there, or `missing`."""
    code = already if mode == CREATE else missing
    sure = (row for row in rows if row not in known.unsure)
    return {row: Problem(SKIPPED, code) for row in sure if (row in known.rows) == (mode == CREATE)}
