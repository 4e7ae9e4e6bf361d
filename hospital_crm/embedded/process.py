"""Running the engines' programs: as their own user, in their own session, in the plain C locale."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import EmbeddedError
from .paths import Layout


def process_options(layout: Layout) -> dict[str, Any]:
    """Options for subprocess: Ctrl-C in the terminal does not reach the engines, and they inherit no open lock."""
    options: dict[str, Any] = {
        "cwd": "/",
        "start_new_session": True,
        "stdin": subprocess.DEVNULL,
        "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "LANG": "C"},
    }
    if layout.user:
        options |= {"user": layout.user.pw_uid, "group": layout.user.pw_gid, "extra_groups": []}
    return options


def run(layout: Layout, command: Sequence[str | Path], accepted: Sequence[int] = (0,)) -> int:
    """Run one program to its end; EmbeddedError with its output for an exit code that is not accepted."""
    with tempfile.TemporaryFile() as output:  # a pipe would stay open as long as a daemon it starts
        arguments, options = [str(part) for part in command], process_options(layout)
        done = subprocess.run(arguments, check=False, stdout=output, stderr=subprocess.STDOUT, **options)
        output.seek(0)
        text = output.read().decode(errors="replace").strip()
    if done.returncode not in accepted:
        raise EmbeddedError(f"{Path(command[0]).name} failed with code {done.returncode}:\n{text}")
    return done.returncode


def is_running_as(pid: int, *needles: str) -> bool | None:
    """Whether `pid` is alive and its command line holds every needle; None where there is no such pid or no /proc.

    A zombie and a pid that the system has given to another program both answer False.
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    return state != "Z" and all(needle.encode() in command for needle in needles)
