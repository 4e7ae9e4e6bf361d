"""The invented hospitals of the demo: staff, people and stays that no real person or place corresponds to.

Everything goes in by the doors a hospital uses: the staff sheet, the discharge list, planning, execution and review.
"""
