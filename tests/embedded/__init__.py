"""The embedded engines: shared by many processes, surviving kill -9, never touching what is not theirs."""
