"""Refusals of this app that are not about the content of a file."""


class ImportRefused(Exception):
    """What was asked cannot be done with this list now; `str()` says why in the reader's language."""


class ClaimLost(Exception):
    """Another worker has taken the list over; this one stops without a trace."""


class MayNotBring(Exception):
    """Whoever uploaded the list no longer works here or has lost the right to bring it in."""

    code = "not_allowed"
