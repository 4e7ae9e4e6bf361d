"""The project: settings, URLs, tenancy, the embedded engines and everything no single app owns."""
