"""Mails that come back, as bytes in and a verdict out: bounces, complaints, automatic replies, ordinary mail.

Nothing here asks the database; what is done about a verdict stands in `messaging.domain.bounces`.
"""
