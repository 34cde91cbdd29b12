"""What a room of the register brings: routes, what their handlers ask for, words, work, figures."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Words = Mapping[str, tuple[str, str]]
"""A page's words by key: Vietnamese, then English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room. `served` are dependencies by name; `figures` is blocking, on the store's thread."""

    routes: Sequence[Any]
    served: Mapping[str, object] = field(default_factory=dict)
    work: Mapping[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    figures: Callable[[], Mapping[str, float]] = dict
