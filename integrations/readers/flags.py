"""What a result says of itself: whether it is abnormal (HL7 table 0078 and the words of Chinese systems)."""

_ABNORMAL = frozenset(
    ("l", "h", "ll", "hh", "lu", "hu", "<", ">", "a", "aa", "pos", "det", "↑", "↓", "↑↑", "↓↓", "*")
    + ("high", "low", "abnormal", "positive", "高", "低", "偏高", "偏低", "异常", "異常", "阳性", "陽性")
)


def is_abnormal(flag: str) -> bool:
    """Whether a flag says so; what is no flag says nothing."""
    return flag.strip().casefold() in _ABNORMAL
