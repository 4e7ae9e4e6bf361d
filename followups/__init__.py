"""Who must be called after a stay, when, by whom, and what came of it.

Protocols give each stay a tier and its orders (回访指令); people execute, review and supervise them.
"""
