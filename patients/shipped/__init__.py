"""What every hospital starts with, as data; what it changes lives in the database."""
