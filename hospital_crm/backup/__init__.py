"""Backup and restore of a whole installation: every hospital's rows and the private files, in one checked archive."""
