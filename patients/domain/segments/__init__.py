"""Segments: people who fulfil a rule made of registered facts. Read `rules` first, then `compiling`."""
