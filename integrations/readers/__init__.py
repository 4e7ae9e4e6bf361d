"""Readers: each turns one foreign format into the same small dataclasses. Nothing here touches the database."""
