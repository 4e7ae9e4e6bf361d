"""The walls between hospitals, tested."""
