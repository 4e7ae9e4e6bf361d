"""Individual customers: who they are, how to reach them, what the HIS says about their stays. Staff never edit the
mirror of the HIS.
"""
