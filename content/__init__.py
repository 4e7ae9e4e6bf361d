"""What the hospital has to tell: a library of articles and videos, each in up to three languages, that a second person
approves before anybody outside reads it.
"""
