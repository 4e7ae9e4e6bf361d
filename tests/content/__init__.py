"""Tests of the library of articles."""
