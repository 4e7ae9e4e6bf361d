"""Prints a `.env` for a new installation: `.env.example` with a fresh secret for every `change-me`."""

import re
import secrets
from pathlib import Path

if __name__ == "__main__":
    example = (Path(__file__).resolve().parents[1] / ".env.example").read_text()
    print(re.sub("change-me", lambda _: secrets.token_hex(32), example), end="")
