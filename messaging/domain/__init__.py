"""What the hospital does with messages: queue, claim, hand over, record, settle; read notices; make the morning
digest.
"""
