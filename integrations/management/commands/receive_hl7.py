"""Bring files of HL7 messages in from the command line."""

from integrations.domain.feed_files import receive_files
from integrations.management.files_of_feed import FilesOfFeed


class Command(FilesOfFeed):
    """Files of HL7 v2 messages."""

    help = "Brings files of HL7 v2 messages into a hospital."
    receive = staticmethod(receive_files)
