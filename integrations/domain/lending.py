"""Names that travel apart from the visits they belong to: a feed sends what a department or physician is called once,
and its visits only refer to it. What was told is remembered for that feed, and lent to every visit after it.
"""

from collections import defaultdict
from collections.abc import Iterable

from integrations.models import Feed, LentName
from integrations.readers.reading import Lacking, NameTold, Reading

UNKNOWN = "reference_unknown"
_Key = tuple[int, str]


class LentNames:
    """The names that these messages tell or lack, as they are known at the beginning of a chunk."""

    def __init__(self, readings: Iterable[tuple[Feed, Reading]]) -> None:
        asked: dict[int, set[str]] = defaultdict(set)
        for feed, reading in readings:
            asked[feed.pk].update(one.reference for one in reading.names)
            asked[feed.pk].update(one.reference for one in reading.lacking)
        self._known: dict[_Key, LentName] = {
            (one.feed_id, one.reference): one
            for feed_id, references in asked.items()
            if references
            for one in LentName.objects.filter(feed=feed_id, reference__in=references)
        }
        self._changed: dict[_Key, LentName] = {}

    def go_through(self, feed: Feed, reading: Reading) -> None:
        """Takes in what a message calls things, and gives its visits the names it lacks; a reference nobody knows is a
        remark on the message.
        """
        for told in reading.names:
            self._learn(feed, told)
        lent = [self._lend(feed, lacking) for lacking in reading.lacking]
        if not all(lent) and UNKNOWN not in reading.findings:
            reading.findings.append(UNKNOWN)

    def remember(self) -> None:
        """Write what is new or is called otherwise."""
        LentName.objects.bulk_create(
            self._changed.values(),
            update_conflicts=True,
            unique_fields=["hospital", "feed", "reference"],
            update_fields=["name", "number", "is_used"],
        )

    def _learn(self, feed: Feed, told: NameTold) -> None:
        key = (feed.pk, told.reference)
        said = LentName(
            feed=feed, reference=told.reference, name=told.name, number=told.number, is_used=told.is_used
        )  # fmt: skip
        known = self._known.get(key)
        if known is None or (known.name, known.number, known.is_used) != (said.name, said.number, said.is_used):
            self._known[key] = self._changed[key] = said

    def _lend(self, feed: Feed, lacking: Lacking) -> bool:
        """Whether the reference is known; the visit then bears the name."""
        known, visit = self._known.get((feed.pk, lacking.reference)), lacking.visit
        if known is not None and known.is_used:
            if lacking.part == "attending":
                visit.attending_name, visit.attending_number = known.name, known.number
            else:
                setattr(visit, lacking.part, known.name)
        return known is not None
