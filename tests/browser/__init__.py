"""Journeys in a real Chromium, and the tools they share."""
