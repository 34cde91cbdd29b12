"""Profiles laid over each other, and which of them each property came from. Pure.

A table is merged key by key, anything else is replaced whole, and None takes away what lies below
(RFC 7396). Layers are folded from the lowest up: laying the first few beforehand changes nothing.
Laying the last few beforehand does: what a None takes away lies below it.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from provisioning.desired import Document, joined, properties


class Layer(msgspec.Struct, frozen=True):
    """A profile: where it comes from, and its settings by part. None takes a property away."""

    origin: str
    document: Document


class Merged(msgspec.Struct, frozen=True):
    """What layers are together; `origins` is by dotted key, of every property of the document."""

    document: Document
    origins: dict[str, str]


class Kind(StrEnum):
    """What happens to a property."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Change(msgspec.Struct, frozen=True):
    """A property that two documents do not have in common; the values are as JSON."""

    key: str
    kind: Kind
    before: str = ""
    after: str = ""


def merge(layers: Iterable[Layer]) -> Merged:
    """Return the layers as one document, the lowest first."""
    document: Document = {}
    origins: dict[str, str] = {}
    for layer in layers:
        document = _laid(document, layer.document)
        _learn(origins, layer, "", layer.document)
    return Merged(document, {key: origins[key] for key in properties(document)})


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what changes from one document to the other, by key."""
    old, new = properties(before), properties(after)
    return tuple(_changes(old, new))


def _laid(below: Mapping[str, Any], above: Mapping[str, Any]) -> Document:
    whole = dict(below)
    for name, value in above.items():
        if value is None:
            whole.pop(name, None)
        elif isinstance(value, dict):
            under = whole.get(name)
            whole[name] = _laid(under if isinstance(under, dict) else {}, value)
        else:
            whole[name] = value
    return whole


def _learn(origins: dict[str, str], layer: Layer, key: str, table: Mapping[str, Any]) -> None:
    """Keep which layer said anything of each key, the tables' own included."""
    for name, value in table.items():
        below = joined(key, name)
        origins[below] = layer.origin
        if isinstance(value, dict):
            _learn(origins, layer, below, value)


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        if key not in new:
            yield Change(key, Kind.REMOVED, before=_json(old[key]))
        elif key not in old:
            yield Change(key, Kind.ADDED, after=_json(new[key]))
        elif _json(old[key]) != _json(new[key]):
            yield Change(key, Kind.CHANGED, _json(old[key]), _json(new[key]))


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
