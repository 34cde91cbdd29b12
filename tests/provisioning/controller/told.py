"""Which keys the parts put into what they tell: facts of devices, figures of processes.

Read from the sources, since many a key is told by one driver in one state alone.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

What = Literal["fact", "figure"]
FOLDERS = ("devices", "kiosk", "vc", "provisioning/agent")
_INSIDE = Path("vc/engine")  # tells the conference's part, which tells the province of its cores
_PAIRS = ("Iterator[tuple[str, float]]", "figure")
_TYPES = ("Facts", "dict[str, float]", "dict[str, str | float | bool]", "Mapping[str, float]")


def keys_told(source: str, what: What) -> set[str]:
    """Return the keys of facts or of figures in a module; `lamp_*` for one with a name in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        for value in _told(node, what):
            found |= set(_keys(value))
    return found


def all_told(what: What) -> set[str]:
    """Return the keys that the house tells."""
    files = [file for folder in FOLDERS for file in sorted(Path(folder).rglob("*.py"))]
    files = [file for file in files if not file.is_relative_to(_INSIDE)]
    return {key for file in files for key in keys_told(file.read_text("utf-8"), what)}


def _told(node: ast.AST, what: What) -> Iterator[ast.expr]:
    """Yield what is told by a piece of a module: values in which dictionaries are."""
    match node:
        case ast.keyword(arg=word, value=value) if word == f"{what}s":
            yield value
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value, what)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _assigned(target, value, what)
        case ast.AugAssign(target=target, value=value):
            yield from _assigned(target, value, what)
        case ast.FunctionDef():
            yield from _returned(node, what)


def _assigned(target: ast.expr, value: ast.expr, what: What) -> Iterator[ast.expr]:
    if _is(target, what):
        yield value
    elif isinstance(target, ast.Subscript) and _is(target.value, what):
        yield ast.Dict(keys=[target.slice], values=[value])


def _returned(function: ast.FunctionDef, what: What) -> Iterator[ast.expr]:
    """Yield what a function returns, or yields in pairs, if that is what is looked for."""
    kind = ast.unparse(function.returns).strip("\"'") if function.returns else ""
    called = f"{what}s" in f"{function.name} {kind}".lower()
    for inside in ast.walk(function):
        match inside:
            case ast.Return(value=ast.expr() as value) if kind in _TYPES and called:
                yield value
            case ast.Yield(value=ast.Tuple(elts=[key, value])) if (kind, what) == _PAIRS:
                yield ast.Dict(keys=[key], values=[value])


def _is(target: ast.expr, what: What) -> bool:
    name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
    return f"{what}s" in str(name)


def _keys(value: ast.expr) -> Iterator[str]:
    for node in ast.walk(value):
        if isinstance(node, ast.Dict):
            yield from (spelled for key in node.keys if key for spelled in _spelled(key))
        elif isinstance(node, ast.DictComp):
            yield from _spelled(node.key)


def _spelled(key: ast.expr) -> Iterator[str]:
    match key:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str(head)), *_]):
            yield f"{head}*"
        case ast.JoinedStr(values=[*_, ast.Constant(value=str(tail))]):
            yield f"*{tail}"  # a name alone passes on what was told elsewhere
