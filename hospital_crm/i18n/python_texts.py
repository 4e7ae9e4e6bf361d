"""Texts marked in Python files, read from the syntax tree."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hospital_crm.i18n.texts import Text

# Name of the function: which of its arguments are context, singular, plural.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "_": ("singular",),
    "gettext": ("singular",),
    "ngettext": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
}
_SUFFIXES = ("_lazy", "_noop")


def python_texts(source: str, place: Path) -> Iterator[Text]:
    """Every marked literal. A marked f-string or sum of strings can never be found in a catalogue: ValueError."""
    for node in ast.walk(ast.parse(source, str(place))):
        if isinstance(node, ast.Call) and (roles := FUNCTIONS.get(_function_name(node.func))):
            arguments = dict(zip(roles, node.args, strict=False))
            if all(isinstance(value, ast.Constant) and isinstance(value.value, str) for value in arguments.values()):
                yield Text(place=place, **{role: value.value for role, value in arguments.items()})  # type: ignore[attr-defined]
            elif any(isinstance(value, ast.JoinedStr | ast.BinOp) for value in arguments.values()):
                raise ValueError(f"{place}:{node.lineno}: a text for translation must be one plain literal")


def _function_name(function: ast.expr) -> str:
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name
