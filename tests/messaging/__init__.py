"""Messages: once, to the right person, in the right language, and explainable."""
