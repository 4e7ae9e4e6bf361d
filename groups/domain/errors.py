"""What the rules of units refuse."""


class UnitError(Exception):
    """Refused; `str()` says why in the reader's language."""
