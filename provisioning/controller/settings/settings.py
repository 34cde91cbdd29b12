"""The settings of all boxes: profiles over them, a document of each, and how far each has come.

Blocking, as the database is; on one worker, so that two people who save at once do so in turn.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from devices.contract.clock import Clock
from devices.contract.config import Problem
from devices.contract.errors import NotAllowedError
from provisioning.controller.registry.records import BoxRecord
from provisioning.controller.registry.records import Standing as InLife
from provisioning.controller.rights import Person, Places, Right, UnitPaths
from provisioning.controller.settings import merge
from provisioning.controller.settings.documents import (
    Documents,
    Standing,
    Versioned,
    packed,
)
from provisioning.controller.settings.facts import (
    BoxesChange,
    BoxSettings,
    Preview,
    lines_of,
    progress,
    standing_of,
)
from provisioning.controller.settings.merge import Layer, Merged
from provisioning.controller.settings.profiles import Change, Draft, Key, Level, Profiles, State
from provisioning.controller.settings.writing import (
    BadProfileError,
    doubts,
    shortcomings,
    too_long,
)
from provisioning.desired import Document, Reported


class Boxes(Protocol):
    """The boxes on record."""

    def all(self) -> Sequence[BoxRecord]:
        """Return every box."""
        ...

    def known(self, box: str) -> BoxRecord | None:
        """Return a box."""
        ...


class Settings:
    """Profiles in, documents out. `two_persons`: nobody puts their own change into force."""

    def __init__(
        self,
        profiles: Profiles,
        documents: Documents,
        boxes: Boxes,
        *,
        places: Places,
        units: UnitPaths,
        clock: Clock,
        two_persons: bool,
    ) -> None:
        self.profiles = profiles
        self.documents = documents
        self.two_persons = two_persons
        self._boxes = boxes
        self._places = places
        self._units = units
        self._clock = clock

    def save(self, draft: Draft, author: str) -> Change:
        """Put a draft into force, or let it wait for a second person.

        Raises BadProfileError when it is too long for a box, StaleDraftError, StorageError.
        """
        if too_long(draft.document):
            raise BadProfileError((Problem("", "too long for a box's message"),))
        state = State.PENDING if self.two_persons else State.IN_FORCE
        change = self.profiles.save(draft, author, state)
        self.settle()
        return change

    def approve(self, number: int, approver: str) -> Change:
        """Put a pending change into force; raises what `Profiles.approve` does."""
        change = self.profiles.approve(number, approver)
        self.settle()
        return change

    def settle(self) -> list[str]:
        """Give each box the document that its profiles say, as a new version where it differs.

        Returns those boxes. Also after a box moved, or came.
        """
        layers = self._layers()
        before = self.documents.contents()
        merged: dict[tuple[int, ...], bytes] = {}
        fresh = []
        for record in self._in_life():
            of_box = self._of(record, layers)
            ids = tuple(change.id for change in of_box)
            if ids not in merged:
                merged[ids] = packed(_merged(of_box).document)
            version, old = before.get(record.box, (0, packed({})))
            if merged[ids] != old:
                fresh.append((record.box, version + 1, merged[ids]))
        self.documents.put(fresh, self._clock.now())
        return [box for box, _, _ in fresh]

    def again(self, box: str, actor: str) -> None:
        """Have a box judge its document once more, as a new version of it."""
        newest = self.documents.newest(box)
        if newest is not None:
            self.profiles.note(actor, "settings.again", box, f"version {newest.version + 1}")
            self._reissue(newest, newest.version + 1)

    def hear(self, said: Sequence[tuple[str, Reported]]) -> list[str]:
        """Keep what boxes reported; returns those that got a new version by it.

        A box that judged a version nobody here knows of (the database is an older copy) gets its
        document as a later one.
        """
        self.documents.hear(said, self._clock.now())
        ahead = {box: reported.version for box, reported in said}
        known = {one.box: one for one in self.documents.some(ahead)}
        behind = [one for box, one in known.items() if ahead[box] > one.version]
        for one in behind:
            self._reissue(one, ahead[one.box] + 1)
        return [one.box for one in behind]

    def standings(self) -> dict[str, Standing]:
        """Return how far every box with a document is."""
        every = self.documents.standings()
        names = {one.box for one in self._in_life()}
        return {box: one for box, one in every.items() if box in names and one.newest}

    def retired(self) -> list[str]:
        """Return the boxes that have a document and need none any more."""
        names = {one.box for one in self._in_life()}
        return sorted(self.documents.standings().keys() - names)

    def preview(self, key: Key, document: Document) -> Preview:
        """Return what a profile of this content would change, box by box."""
        now = self._layers()
        then = now | {key: _draft(key, document, self._clock.now())}
        groups: dict[tuple[bytes, bytes], list[str]] = {}
        wholes: dict[bytes, Document] = {}
        known: dict[tuple[int, ...], bytes] = {}
        for record in self._in_life():
            if key not in self._keys(record):
                continue
            both = []
            for layers in (now, then):
                of_box = self._of(record, layers)
                ids = tuple(change.id for change in of_box)
                if ids not in known:
                    whole = _merged(of_box).document
                    known[ids] = packed(whole)
                    wholes[known[ids]] = whole
                both.append(known[ids])
            if both[0] != both[1]:
                groups.setdefault((both[0], both[1]), []).append(record.box)
        return Preview(
            doubts=tuple(doubts(document)),
            groups=tuple(
                BoxesChange(
                    boxes=tuple(boxes),
                    changes=merge.diff(wholes[old], wholes[new]),
                    problems=tuple(shortcomings(wholes[new])),
                )
                for (old, new), boxes in sorted(groups.items(), key=lambda one: -len(one[1]))
            ),
        )

    def box(self, box: str, *, online: bool) -> BoxSettings:
        """Return a box's settings: the document, each property's origin and answer."""
        record = self._boxes.known(box)
        document, heard = self.documents.newest(box), self.documents.heard(box)
        merged = _merged(self._of(record, self._layers())) if record else Merged({}, {})
        return BoxSettings(
            box=box,
            progress=progress(standing_of(document, heard), online=online),
            document=document,
            heard=heard,
            lines=tuple(lines_of(merged, heard.reported if heard else None)),
        )

    def may(self, person: Person, right: Right, key: Key) -> bool:
        """Return whether a person's right reaches all that a profile reaches.

        A role's boxes may stand anywhere.
        """
        return key in self.reached(person, right, [key])

    def reached(self, person: Person, right: Right, keys: Iterable[Key]) -> set[Key]:
        """Return those profiles of which `may` holds."""
        asked = set(keys)
        at_site: dict[str, list[str]] = {one.target: [] for one in asked if one.level is Level.SITE}
        for record in self._in_life() if at_site else ():
            if record.site in at_site:
                at_site[record.site].append(record.box)
        return {
            key
            for key in asked
            if all(person.may(right, path) for path in self._paths(key, at_site))
        }

    def check(self, person: Person, right: Right, key: Key) -> None:
        """Raise NotAllowedError unless `may`."""
        if not self.may(person, right, key):
            raise NotAllowedError(f"This needs the right to {right} at {key}.")

    def targets(self) -> dict[Level, list[str]]:
        """Return what there is to have a profile: roles, units, sites, boxes."""
        found: dict[Level, set[str]] = {level: set() for level in Level}
        for record in self._in_life():
            for key in self._keys(record):
                found[key.level].add(key.target)
        for key in self.profiles.in_force():
            found[key.level].add(key.target)
        return {level: sorted(targets) for level, targets in found.items()}

    def in_life(self) -> list[BoxRecord]:
        """Return the boxes that settings are for: all but the retired."""
        return list(self._in_life())

    def _paths(self, key: Key, at_site: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
        """Return where all stands that a profile is for; () is everywhere."""
        match key.level:
            case Level.ROLE:
                return [()]
            case Level.UNIT:
                return [self._units.path_of(key.target)]
            case Level.SITE:
                return [self._places.path(box) for box in at_site[key.target]] or [()]
            case Level.BOX:
                return [self._places.path(key.target)]

    def _reissue(self, one: Versioned, version: int) -> None:
        self.documents.put([(one.box, version, packed(one.document))], self._clock.now())

    def _layers(self) -> dict[Key, Change]:
        return self.profiles.in_force()

    def _in_life(self) -> Iterator[BoxRecord]:
        return (one for one in self._boxes.all() if one.standing is not InLife.RETIRED)

    def _keys(self, record: BoxRecord) -> list[Key]:
        """Return the profiles that a box may have, the lowest first."""
        named = [
            (Level.ROLE, record.role),
            *((Level.UNIT, unit) for unit in self._places.path(record.box)),
            (Level.SITE, record.site),
            (Level.BOX, record.box),
        ]
        return [Key(level, target) for level, target in named if target]

    def _of(self, record: BoxRecord, layers: Mapping[Key, Change]) -> list[Change]:
        return [layers[key] for key in self._keys(record) if key in layers]


def _merged(changes: Iterable[Change]) -> Merged:
    return merge.merge(Layer(str(change.key), change.document) for change in changes)


def _draft(key: Key, document: Document, now: datetime) -> Change:
    """Return a draft as if it were in force; no change has the number 0."""
    return Change(
        id=0,
        key=key,
        document=document,
        author="",
        at=now,
        why="",
        base=0,
        state=State.IN_FORCE,
    )
