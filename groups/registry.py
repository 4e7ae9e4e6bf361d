"""What apps above add to the timeline of a unit; each fills it in its wiring, nothing here knows them."""

from patients.registry import TimelineSource

timeline_sources: dict[str, TimelineSource] = {}


def register_timeline(source: TimelineSource) -> None:
    """Adds a source: `entries(unit, actor, now, span)` answers what it tells of a unit within the span."""
    timeline_sources[source.key] = source
