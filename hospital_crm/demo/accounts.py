"""The accounts to try, as `load_demo` wrote them down when it had finished.

`demo-accounts.json` in the data folder: {"size": "small", "accounts": [{"hospital": "north", "role": "physician",
"name": "…", "username": "…", "password": "…"}, …]}.
"""

import json
from pathlib import Path
from typing import Any, TypedDict

FILE_NAME = "demo-accounts.json"
COLUMNS = ("hospital", "role", "username", "password", "name")


class Account(TypedDict):
    """One sign-in of the demo."""

    hospital: str
    role: str
    name: str
    username: str
    password: str


def write_accounts(data_dir: Path, size: str, accounts: list[Account]) -> None:
    """Say that the demo of `size` is loaded, and who may sign in. Written last, so it stands for a whole demo."""
    content = json.dumps({"size": size, "accounts": accounts}, ensure_ascii=False, indent=2)
    (data_dir / FILE_NAME).write_text(content + "\n", encoding="utf-8")


def loaded_size(data_dir: Path) -> str:
    """The size of the demo that was loaded, empty where none was."""
    return str(_content(data_dir).get("size", ""))


def accounts(data_dir: Path) -> list[Account]:
    """Every account to try, in the order in which they are to be shown."""
    return list(_content(data_dir).get("accounts", []))


def forget(data_dir: Path) -> None:
    """There is no demo any more."""
    (data_dir / FILE_NAME).unlink(missing_ok=True)


def as_table(rows: list[Account]) -> str:
    """One line per account; the name comes last, since a Chinese character is two columns wide."""
    lines = [COLUMNS, *((row["hospital"], row["role"], row["username"], row["password"], row["name"]) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  " + "  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _content(data_dir: Path) -> dict[str, Any]:
    try:
        return json.loads((data_dir / FILE_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
