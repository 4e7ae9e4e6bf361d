"""Organisation, sign-in, rights, audit, tested."""
