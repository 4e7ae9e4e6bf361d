"""What the hospital does with people's records: find, mask, keep, stop, tell."""
