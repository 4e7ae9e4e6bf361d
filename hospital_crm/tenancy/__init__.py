"""Many hospitals in one schema: the two walls around every hospital's rows, and the doors through them.

Imports no app. The walls are django-scopes (loud) and PostgreSQL row-level security (silent); `hospital_scope` enters
both.
"""
