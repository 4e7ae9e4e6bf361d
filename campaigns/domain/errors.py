"""What rules of campaigns refuse."""


class CampaignError(Exception):
    """Refused, with a sentence for the person who asked; `field` is what it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
