"""Pages of imports: the wizard, what contradicts itself, and what names mean."""
