"""What a room of the counter server brings: routes, what their handlers ask for, and work."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room. `served` are dependencies by name; `work` goes on for ever, and heals by itself.

    `console` names the room's part of the officers' console, "" for none: the template
    `parts/<name>.html`, `static/<name>.css` and `static/<name>.js`, which calls `addRoom` of
    `static/rooms.js`.
    """

    routes: Sequence[Any]
    console: str = ""
    served: Mapping[str, object] = field(default_factory=dict)
    work: Mapping[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    figures: Callable[[], Awaitable[Mapping[str, float]]] | None = None
