"""Settings as TOML 1.0: what `motcua ... --config FILE` reads.

What TOML cannot say (a null in a list) is written as it comes: whoever reads the text refuses it.
"""

import json
import re
from collections.abc import Iterator, Mapping

import msgspec

from devices.contract.config import Config

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DELETE = "\x7f"  # JSON lets it stand, TOML does not


def as_toml(config: Config) -> str:
    """Return the configuration, its defaults included, as a TOML document."""
    return document_as_toml(msgspec.to_builtins(config))


def document_as_toml(document: Mapping[str, object]) -> str:
    """Return a decoded document as TOML; keys without a value (None) are left out."""
    return "".join(_table((), document)).lstrip("\n")


def bare_or_quoted(key: str) -> str:
    """Return a key as TOML has it."""
    return key if _BARE.fullmatch(key) else _json(key)


def _table(path: tuple[str, ...], table: Mapping[str, object]) -> Iterator[str]:
    items = [(name, value) for name, value in table.items() if value is not None]
    for name, value in items:
        if not isinstance(value, dict) and not _is_tables(value):
            yield f"{bare_or_quoted(name)} = {_value(value)}\n"
    for name, value in items:
        below = (*path, name)
        if isinstance(value, dict):
            yield f"\n[{_dotted(below)}]\n"
            yield from _table(below, value)
        elif isinstance(value, list | tuple) and _is_tables(value):
            for one in value:
                yield f"\n[[{_dotted(below)}]]\n"
                yield from _table(below, one)


def _is_tables(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(one, dict) for one in value)
    )


def _value(value: object) -> str:
    if isinstance(value, dict):
        pairs = (f"{bare_or_quoted(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _json(value)  # TOML's strings, numbers and booleans are JSON's


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(map(bare_or_quoted, path))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007f")
