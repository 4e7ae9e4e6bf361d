"""Refusals of this app that are not about the content of a file."""


class ImportRefused(Exception):
    """What was asked cannot be done with this list now; `str()` says why in the reader's language."""


class ClaimLost(Exception):
    """Another worker has taken the list over; this one stops without a trace."""
