"""Translations without gettext's programs: texts found by Python, catalogues in `locale/<app>/`, checked in CI.

English is the text in the code; zh_Hans is written by hand, zh_Hant is made from it by OpenCC (`s2twp`).
"""
