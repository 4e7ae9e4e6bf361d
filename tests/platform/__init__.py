"""The machine around the application: start, backup, translations, packaging."""
