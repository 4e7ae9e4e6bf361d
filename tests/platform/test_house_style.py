"""The rule of the house that a file can be read in one go: none over 400 lines, no function over 60."""

import ast
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
KINDS = ("*.py", "*.html", "*.js", "*.css")
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 400, 60
# Fields of a table, written by makemigrations. What databases have applied is not cut in two afterwards.
APPLIED = {"followups/migrations/0004_orders.py", "patients/migrations/0001_patient.py"}


def own_files(*kinds: str) -> list[str]:
    """Paths of the project's files of these kinds; what is fetched is none of them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *kinds],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for path in listed.stdout.splitlines() if (ROOT / path).exists()]


def long_functions(source: str) -> list[tuple[str, int]]:
    """Name and lines of each function that is too long, its decorators apart."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    lengths = ((node.name, (node.end_lineno or 0) - node.lineno + 1) for node in functions)
    return [(name, lines) for name, lines in lengths if lines > LINES_OF_A_FUNCTION]


def test_no_file_is_too_long():
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in own_files(*KINDS)}
    assert len(lengths) > 1000
    assert {path for path, lines in lengths.items() if lines > LINES_OF_A_FILE} == APPLIED


def test_no_function_is_too_long():
    found = {path: long_functions((ROOT / path).read_text("utf-8")) for path in own_files("*.py")}
    assert {path: functions for path, functions in found.items() if functions} == {}


def test_a_long_function_is_seen():
    source = "def long():\n" + "    a = 1\n" * LINES_OF_A_FUNCTION + "def short():\n" + "    a = 1\n" * 59
    assert long_functions(source) == [("long", 61)]
