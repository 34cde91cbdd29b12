"""What is told to browsers that watch: which boxes changed, to each only those within reach."""

from collections.abc import Callable, Collection, Iterable
from heapq import nsmallest
from typing import TypeVar

import msgspec
from litestar.response import ServerSentEvent

from devices.contract.errors import BusyError
from devices.web.serve import as_json
from devices.web.sse import Hub
from provisioning.controller.branches import Scope
from provisioning.controller.rights import EVERYWHERE

CHANGED = "changed"
_Key = TypeVar("_Key")
_NAMED = 64
_MOST_WATCHERS = 512


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """These boxes changed, and, when `more`, others too: a page looks again at all it shows."""

    boxes: tuple[str, ...]
    more: bool = False


class News:
    """The streams, by what they may see. A browser that does not read is dropped by its hub."""

    def __init__(self, path: Callable[[str], Collection[str]]) -> None:
        self._path = path
        self._by_reach: dict[Scope, Hub] = {}
        self._by_box: dict[str, Hub] = {}

    def stream(self, reach: Scope, boxes: Iterable[str]) -> ServerSentEvent:
        """Return a stream of what changes within reach, beginning with all that is there."""
        hub = self._hub(self._by_reach, reach)
        return hub.stream((CHANGED, _told(self._within(reach, boxes))))

    def stream_of(self, box: str) -> ServerSentEvent:
        """Return a stream of what is told by one box."""
        hub = self._hub(self._by_box, box)
        return hub.stream((CHANGED, as_json(Changed(boxes=(box,)))))

    def changed(self, boxes: Collection[str], heard: Collection[str]) -> None:
        """Tell which boxes changed as the overview shows them, and which said anything at all."""
        for reach, hub in self._by_reach.items():
            if within := self._within(reach, boxes):
                hub.tell(CHANGED, _told(within))
        for box in self._by_box.keys() & set(heard):
            self._by_box[box].tell(CHANGED, as_json(Changed(boxes=(box,))))

    def tell(self, event: str, boxes: Collection[str] | None = None) -> None:
        """Tell something else about these boxes (an alert, say) to those that may know.

        Without boxes all are told that there is something to look at, and not of what.
        """
        for reach, hub in self._by_reach.items():
            if boxes is None:
                hub.tell(event, _told([]))
            elif within := self._within(reach, boxes):
                hub.tell(event, _told(within))

    @property
    def watchers(self) -> int:
        """How many streams are open."""
        hubs = (*self._by_reach.values(), *self._by_box.values())
        return sum(hub.watchers for hub in hubs)

    def close(self) -> None:
        """End all streams."""
        for hub in (*self._by_reach.values(), *self._by_box.values()):
            hub.close()

    def _hub(self, hubs: dict[_Key, Hub], key: _Key) -> Hub:
        """Return the key's hub; those that nobody watches any more are forgotten on the way."""
        for idle in [one for one, hub in hubs.items() if not hub.watchers and one != key]:
            del hubs[idle]
        if self.watchers >= _MOST_WATCHERS:
            raise BusyError(f"{_MOST_WATCHERS} screens are watching already.")
        return hubs.setdefault(key, Hub())

    def _within(self, reach: Scope, boxes: Iterable[str]) -> list[str]:
        if EVERYWHERE in reach:
            return list(boxes)
        units = frozenset(reach)
        return [box for box in boxes if not units.isdisjoint(self._path(box))]


def _told(boxes: list[str]) -> str:
    return as_json(Changed(boxes=tuple(nsmallest(_NAMED, boxes)), more=len(boxes) > _NAMED))
