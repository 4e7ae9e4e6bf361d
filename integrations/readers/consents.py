"""From a row of a list of consents to a decision with its source.

A row is refused without a source: where it was said or signed, in words that lead there. So is one without a purpose or
decision that is known, and one that does not tell who it is. Without a day it counts from when it comes in.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from integrations.readers import days
from integrations.readers.consent_fields import CHANNEL_WORDS, DECISION_WORDS, PURPOSE_WORDS, by_word
from integrations.readers.people import PERSON_FIELDS, PersonReader, Plan, short
from integrations.readers.problems import REJECTED, Problem
from integrations.readers.tabular.table import Row
from integrations.readers.values import Impossible, plain
from patients.domain.records import PersonRecord


@dataclass(slots=True)
class ConsentLine(PersonRecord):
    """A decision of somebody. `decided_on` None: the list does not say; `confirmed_on`: when an address was confirmed
    by its owner.
    """

    purpose: str = ""
    channel: str = "any"
    decision: str = ""
    decided_on: datetime.date | None = None
    confirmed_on: datetime.date | None = None
    proof_source: str = ""
    wording: str = ""


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A data row read: `record` is None where the row is refused."""

    number: int
    line: int
    record: ConsentLine | None
    problems: tuple[Problem, ...]


def _word(words: dict[str, str]) -> Any:
    known = by_word(words)

    def read(cell: Any) -> str:
        text = plain(cell).casefold()
        if text not in known:
            raise Impossible(text)
        return known[text]

    return read


class ConsentReader(PersonReader):
    """Reads the rows of one list of consents."""

    number_asked_for = "identity_number"
    plan_of_kind: Plan = {
        **PERSON_FIELDS,
        "purpose": ("purpose", _word(PURPOSE_WORDS), "purpose_unknown"),
        "channel": ("channel", _word(CHANNEL_WORDS), "channel_unknown"),
        "decision": ("decision", _word(DECISION_WORDS), "decision_unknown"),
        "decided_on": ("decided_on", days.day, "decided_impossible"),
        "confirmed_on": ("confirmed_on", days.day, "decided_impossible"),
        "proof_source": ("proof_source", short(160), ""),
        "wording": ("wording", short(40), ""),
    }

    def read(self, row: Row) -> ConsentRow:
        """The row as a decision, or refused; a word or day that is none refuses it, for nothing is guessed here."""
        found: list[Problem] = []
        said = self.plain_values(row.cells, found)
        own = {"purpose_unknown", "channel_unknown", "decision_unknown", "decided_impossible"}
        problems = [Problem(REJECTED, one.code, one.field, one.params) if one.code in own else one for one in found]
        self.add_person(row.cells, said, problems)
        told = {problem.code for problem in problems}
        for name in ("purpose", "decision"):
            if not said.get(name) and f"{name}_unknown" not in told:
                problems.append(Problem(REJECTED, f"{name}_missing", name))
        if not said.get("proof_source"):
            problems.append(Problem(REJECTED, "no_source", "proof_source"))
        if said.get("decided_on") and said["decided_on"] > self.today:
            problems.append(Problem(REJECTED, "decided_future", "decided_on"))
        refused = any(problem.kind == REJECTED for problem in problems)
        record = None if refused else ConsentLine(row=row.number, **said)
        return ConsentRow(row.number, row.line, record, tuple(problems))

    def person_in(self, row: Row) -> PersonRecord:
        """What the row says about who it is, also where it is refused."""
        said = self.plain_values(row.cells, [])
        self.add_person(row.cells, said, [])
        return ConsentLine(row=row.number, **said)
