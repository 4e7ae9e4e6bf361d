"""Composition of figures for people who read aggregates only."""
