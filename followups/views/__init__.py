"""Pages of follow-up, one module per family."""
