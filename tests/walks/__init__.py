"""Walks over everything there is: URLs, tables, keys, admins, templates, tasks."""
