"""`make demo`: prepares everything on a bare machine, starts web, worker and beat, and stops them together.

The invented people themselves come from the command `load_demo`; this package only calls it.
"""
