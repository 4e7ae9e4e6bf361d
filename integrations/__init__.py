"""What other systems say: their lists are read, shown before they count, and brought in without overwriting silently.

Readers turn a format into small dataclasses; the one door into the record is `patients.domain.registry`.
"""
