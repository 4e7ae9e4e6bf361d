"""What can go wrong with the embedded engines, said so that the person at the console can act on it."""


class EmbeddedError(RuntimeError):
    """The embedded engines cannot be used here; the message says why and what to do."""
