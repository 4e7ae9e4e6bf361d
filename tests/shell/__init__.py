"""Tests of the frame around every page."""
