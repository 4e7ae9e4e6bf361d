"""A process whose clock is wrong: `python -m tests.faults.other_clock SECONDS MODULE ARGUMENT…` runs a module as
`python -m` does, so many seconds ahead of everybody else.
"""

import datetime as dt
import runpy
import sys

from django.utils import timezone


def main() -> None:
    """Before anything else has taken the clock into its hand."""
    ahead, right = dt.timedelta(seconds=float(sys.argv[1])), timezone.now
    timezone.now = lambda: right() + ahead
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
