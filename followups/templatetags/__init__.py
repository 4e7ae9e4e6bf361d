"""Template tags of follow-up pages."""
