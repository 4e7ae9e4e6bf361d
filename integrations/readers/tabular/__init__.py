"""Lists as files: CSV, tab text called .xls, real .xls and .xlsx, recognised by content and never by name."""
