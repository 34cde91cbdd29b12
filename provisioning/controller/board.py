"""What of the overview somebody looks at: a unit, a state, words to find, a page of a list."""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import takewhile
from typing import Protocol

import msgspec

from devices.contract.message import Health
from provisioning.controller.branches import NEEDY, Need, Scope
from provisioning.controller.dotmap import Land, Picture, Point, Spot, picture
from provisioning.controller.fleet import BoxState
from provisioning.controller.overview import BoxSummary, Overview, Summary
from provisioning.controller.rights import EVERYWHERE
from provisioning.controller.search import Index, plain

FEW_BOXES = 24
MOST_NEEDY = 30
PAGE_BOXES = 25
_MOST_UNITS = 120
_MOST_MAPS = 100
_LEAST_SPOTS = 3  # fewer units are no map, be it with boxes or without


class UnitFacts(msgspec.Struct, frozen=True):
    """A unit as the overview shows it; degrees are WGS 84."""

    name: str
    latitude: float | None = None
    longitude: float | None = None


class Atlas(Protocol):
    """What units are called and where they lie, today."""

    def unit(self, code: str) -> UnitFacts | None:
        """Return a unit; None when there is none of this code."""
        ...

    def land(self, scope: Scope) -> tuple[Point, ...]:
        """Return where the smallest units of these branches lie, with boxes or without."""
        ...


class NoAtlas:
    """Nothing is known of units."""

    def unit(self, code: str) -> UnitFacts | None:
        """Return nothing."""
        del code
        return None

    def land(self, scope: Scope) -> tuple[Point, ...]:
        """Return nothing."""
        del scope
        return ()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to see; `after` or `before` is a box's name, where a page begins."""

    unit: str = EVERYWHERE
    need: Need | None = None
    words: str = ""
    after: str = ""
    before: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether some boxes of the unit are meant, not all."""
        return bool(self.need or self.words or self.after or self.before)


class UnitRow(msgspec.Struct, frozen=True):
    """A unit to go to: how many boxes are in it, and how many need somebody."""

    code: str
    name: str
    boxes: int
    needy: int


class BoxRow(msgspec.Struct, frozen=True):
    """A box in a list; `since` is when it became so, as far as it told."""

    box: BoxSummary
    unit: str
    need: Need
    since: datetime | None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The overview as it is asked for.

    `cards` are all boxes when they are few. Otherwise `needy` are those that need somebody, most
    and newest first (`needy_more` are not shown), and `rows` a page of the list by name.
    """

    asked: Asked
    summary: Summary
    way: tuple[UnitRow, ...]
    units: tuple[UnitRow, ...]
    cards: tuple[BoxRow, ...]
    needy: tuple[BoxRow, ...]
    needy_more: int
    rows: tuple[BoxRow, ...]
    earlier: str
    later: str
    map: Picture | None


class Board:
    """Draws views from the overview."""

    def __init__(self, overview: Overview, atlas: Atlas) -> None:
        self._overview = overview
        self._atlas = atlas
        self._maps: dict[Scope, Picture | None] = {}
        self._maps_of = -1
        self._index = Index(overview, self.unit_name)

    def view(self, reach: Scope, asked: Asked) -> View:
        """Return what is asked for, as far as the reach goes."""
        branches = self._overview.branches
        scope = branches.scope(reach, asked.unit)
        is_few = branches.count(scope, *Need) <= FEW_BOXES and not asked.is_narrowed
        found = [] if is_few else self.names(scope, asked, PAGE_BOXES + 1)
        rows, earlier, later = _page(found, asked)
        cards = self._by_need(scope, tuple(Need), FEW_BOXES) if is_few else ()
        show_needy = not is_few and not asked.is_narrowed
        needy = self._by_need(scope, NEEDY, MOST_NEEDY) if show_needy else ()
        return View(
            asked=asked,
            summary=self._overview.summary(scope),
            way=tuple(self._unit_row(code) for code in self._way(scope, asked)),
            units=self._units(scope),
            cards=cards,
            needy=needy,
            needy_more=branches.count(scope, *NEEDY) - len(needy) if show_needy else 0,
            rows=tuple(self._row(box) for box in self._overview.cards(rows)),
            earlier=earlier,
            later=later,
            map=self._map(scope),
        )

    def names(self, scope: Scope, asked: Asked, limit: int) -> list[str]:
        """Return the boxes of a scope that are asked for, by name, at most so many."""
        needs = (asked.need,) if asked.need else tuple(Need)
        found: Iterable[str] = self._overview.branches.members(scope, *needs)
        if words := plain(asked.words).split():
            found = self._index.among(found, words)
        if asked.before:
            earlier = heapq.nlargest(limit, (box for box in found if box < asked.before))
            return earlier[::-1]
        return heapq.nsmallest(limit, (box for box in found if box > asked.after))

    def land(self, reach: Scope, unit: str) -> Land | None:
        """Return the land below the map of a unit, as far as the reach goes."""
        drawn = self._map(self._overview.branches.scope(reach, unit))
        return drawn.land if drawn else None

    def unit_name(self, code: str) -> str:
        """Return what a unit is called; its code when nobody knows."""
        known = self._atlas.unit(code)
        return known.name if known else code

    def _way(self, scope: Scope, asked: Asked) -> Iterator[str]:
        if asked.unit != EVERYWHERE and scope:
            yield from self._overview.branches.above(asked.unit)
            yield asked.unit

    def _units(self, scope: Scope) -> tuple[UnitRow, ...]:
        """Return the units below, those with most need kept when they are too many, by name."""
        rows = [self._unit_row(code) for code in self._overview.branches.below(scope)]
        kept = heapq.nlargest(_MOST_UNITS, rows, key=lambda row: (row.needy, row.boxes))
        return tuple(sorted(kept, key=lambda row: plain(row.name)))

    def _unit_row(self, code: str) -> UnitRow:
        count = self._overview.branches.count
        return UnitRow(code, self.unit_name(code), count((code,), *Need), count((code,), *NEEDY))

    def _by_need(self, scope: Scope, needs: tuple[Need, ...], limit: int) -> tuple[BoxRow, ...]:
        """Return boxes, those that need somebody most first, and of those what is newest."""
        names: list[str] = []
        for need in needs:
            known = map(self._overview.judged, self._overview.branches.members(scope, need))
            some = ((_newest(state, need), state.box) for state in known)
            names += [box for _, box in heapq.nsmallest(limit - len(names), some)]
        return tuple(self._row(box) for box in self._overview.cards(names))

    def _row(self, box: BoxSummary) -> BoxRow:
        need = self._overview.branches.place(box.state.box).need
        unit = self.unit_name(box.path[-1]) if box.path else ""
        return BoxRow(box, unit, need, _since(box.state, need))

    def _map(self, scope: Scope) -> Picture | None:
        """Return the map of a scope, drawn anew only when a box of any is otherwise."""
        if self._maps_of != self._overview.needing or len(self._maps) > _MOST_MAPS:
            self._maps.clear()
            self._maps_of = self._overview.needing
        if scope not in self._maps:
            spots = list(self._spots(scope))
            land = self._land(scope, [spot.unit for spot in spots])
            self._maps[scope] = picture(spots, land) if land or len(spots) >= _LEAST_SPOTS else None
        return self._maps[scope]

    def _land(self, scope: Scope, units: list[str]) -> tuple[Point, ...]:
        """Return the units of the smallest branch of a scope that holds all of these."""
        above = self._overview.branches.above
        ways = ((*above(unit), unit) for unit in units)
        shared = takewhile(lambda codes: len(set(codes)) == 1, zip(*ways, strict=False))
        around = [codes[0] for codes in shared]  # root first
        if len(scope) == 1 and scope[0] in around:
            around = around[around.index(scope[0]) + 1 :]
        for branches in (*((code,) for code in reversed(around)), scope):
            if len(land := self._atlas.land(branches)) >= _LEAST_SPOTS:
                return land
        return ()

    def _spots(self, scope: Scope) -> Iterator[Spot]:
        branches = self._overview.branches
        for code in branches.leaves(scope):
            unit = self._atlas.unit(code)
            if unit and unit.latitude is not None and unit.longitude is not None:
                need, boxes = branches.worst(code), branches.count((code,), *Need)
                yield Spot(code, unit.name, unit.latitude, unit.longitude, need, boxes)


def _page(found: list[str], asked: Asked) -> tuple[list[str], str, str]:
    """Return a page's boxes, and where the pages before and after it begin."""
    has_more = len(found) > PAGE_BOXES
    if asked.before:
        rows = found[-PAGE_BOXES:]
        return rows, rows[0] if has_more else "", rows[-1] if rows else ""
    rows = found[:PAGE_BOXES]
    return rows, rows[0] if asked.after and rows else "", rows[-1] if has_more else ""


def _newest(state: BoxState, need: Need) -> tuple[float, str, str]:
    since = _since(state, need)
    return -since.timestamp() if since else 0.0, state.site, state.box


def _since(state: BoxState, need: Need) -> datetime | None:
    """Return when a box fell silent, or its worst device failed."""
    if need in (Need.FAULT, Need.WARNING):
        worst = Health.FAULT if need is Need.FAULT else Health.WARNING
        devices = (d.report for d in state.devices if d.current and d.report.health is worst)
        return max((report.since for report in devices), default=None)
    return max((part.heard_at for part in state.parts if part.heard_at), default=None)
