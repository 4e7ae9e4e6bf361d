"""Writes `.env` for a new installation, readable by its owner alone: `.env.example` with a fresh secret for every
`change-me`. Never writes over one that is there.
"""

import os
import re
import secrets
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def write(target: Path) -> None:
    """Refuses (FileExistsError) where the file is there already: its secrets are in use."""
    example = (HERE / ".env.example").read_text(encoding="utf-8")
    content = re.sub("(?m)(?<==)change-me$", lambda _: secrets.token_hex(32), example)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else HERE / ".env"
    try:
        write(target)
    except FileExistsError:
        sys.exit(f"{target} is there already; nothing was changed")
    print(f"{target} written: now fill in the addresses")
