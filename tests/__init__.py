"""The hospital CRM, tested."""
