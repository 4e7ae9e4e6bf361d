"""What a hospital does about follow-up: verbs, one file per subject, and `queries` for reads."""
