"""What the hospital does about its own organisation and staff."""
