"""Pages of the library, and the one that is read outside."""
