"""Bring files of FHIR resources in from the command line."""

from typing import Any

from integrations.domain.fhir_files import receive_files
from integrations.management.files_of_feed import FilesOfFeed
from integrations.models import InboundRecord
from integrations.readers.problems import sentence


class Command(FilesOfFeed):
    """Files of FHIR R4 resources; what became of them is told by kind too."""

    help = "Brings files of FHIR R4 resources (JSON and ndjson, packed or not) into a hospital."
    receive = staticmethod(receive_files)

    def lines(self, result: dict[str, Any]) -> list[str]:
        """One line for each kind of resource."""
        return [
            f"  {kind}: " + ", ".join(_count(name, count) for name, count in counts.items())
            for kind, counts in result["resources"].items()
        ]


def _count(name: str, count: int) -> str:
    state, _colon, reason = name.partition(":")
    words = f"{count} {InboundRecord.State(state).label}"
    return f"{words} ({sentence(reason, {})})" if reason else words
