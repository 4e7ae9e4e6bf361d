"""Group customers: the companies and institutions whose staff the hospital cares for, their contracts, and who
belongs to them.
"""
