"""Running the house: request ids, health, metrics, structured logs without personal data."""
