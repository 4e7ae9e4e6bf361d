"""Campaigns: what the hospital writes to many people at once, to those who allowed it, and what came of it in visits.

A campaign has words, an audience, and a second person who lets it go; its messages leave by the outbox alone.
"""
