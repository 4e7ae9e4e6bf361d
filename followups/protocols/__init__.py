"""Shipped protocols as data; a hospital's own versions live in the database."""
