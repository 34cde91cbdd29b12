"""The pages of settings, drawn: facts from the room, words from the templates."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Annotated
from urllib.parse import urlencode

import msgspec

from devices.contract.errors import MotcuaError
from provisioning.controller.access import person_of
from provisioning.controller.answers import NEWEST, AnyRequest, language_of
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Person, Right
from provisioning.controller.rooms import Rooms
from provisioning.controller.settings import writing
from provisioning.controller.settings.documents import Standing
from provisioning.controller.settings.facts import Progress, progress
from provisioning.controller.settings.merge import diff
from provisioning.controller.settings.profiles import Change, Key, Level, State
from provisioning.controller.settings.writing import BadProfileError
from provisioning.desired import Document

_SHOWN = 200
_OFFERED = 200
_RECENT = 15
_HERE = "settings"
_RANK = (Progress.REFUSED, Progress.PENDING, Progress.OFFLINE)
_LEVELS = list(Level)

TARGET = r"^[\w.-]{1,64}\Z"
Text = Annotated[str, msgspec.Meta(max_length=60_000)]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A profile as the editor sends it. `base` is the change that was in force when it opened."""

    level: Level
    target: Annotated[str, msgspec.Meta(pattern=TARGET)]
    text: Text = ""
    why: Annotated[str, msgspec.Meta(max_length=500)] = ""
    base: Annotated[int, msgspec.Meta(ge=0, le=NEWEST)] = 0

    @property
    def key(self) -> Key:
        """Which profile it is."""
        return Key(self.level, self.target)


class Views:
    """Draws for one person at a time: what is out of reach is not shown."""

    def __init__(self, rooms: Rooms, pages: Pages) -> None:
        self._rooms = rooms
        self._pages = pages
        self._settings = rooms.settings.settings

    async def home(self, request: AnyRequest) -> str:
        """Return the page of all profiles, what waits, and the boxes that are behind."""
        do, settings = self._rooms.queries.do, self._settings
        in_force = await do(settings.profiles.in_force)
        pending = await do(settings.profiles.pending)
        recent = await do(settings.profiles.history, limit=_RECENT)
        standings = await do(settings.standings)
        person = person_of(request)
        reached = self._rooms.reach.among(person, Right.PROVISION, standings)
        boxes = [(box, self._progress(box, standings[box]), standings[box]) for box in reached]
        behind = sorted(
            (one for one in boxes if one[1] in _RANK),
            key=lambda one: (_RANK.index(one[1]), one[0]),
        )
        return self._draw(
            request,
            "settings_home.html",
            profiles=sorted(
                self._reached(request, list(in_force.values())),
                key=lambda one: (_LEVELS.index(one.key.level), one.key.target),
            ),
            pending=self._reached(request, pending),
            recent=self._reached(request, recent),
            counts=Counter(one[1] for one in boxes),
            behind=behind[:_SHOWN],
            more=max(0, len(behind) - _SHOWN),
            targets=self._offered(person, await do(settings.targets)),
        )

    async def editor(self, request: AnyRequest, key: Key, *, take: int, said: str) -> str:
        """Return a profile's editor, with the content in force, or of the change `take`."""
        in_force = (await self._rooms.queries.do(self._settings.profiles.in_force)).get(key)
        taken = await self._change(take) if take else in_force
        document = taken.document if taken and taken.key == key else {}
        return await self._editor(
            request,
            key,
            text=writing.written(document),
            base=in_force.id if in_force else 0,
            take=take,
            said=said,
        )

    async def again(self, request: AnyRequest, data: Written, error: MotcuaError | None) -> str:
        """Return the editor with what somebody wrote, and what is wrong with it."""
        key, base = data.key, data.base
        if error is not None and not isinstance(error, BadProfileError):
            in_force = (await self._rooms.queries.do(self._settings.profiles.in_force)).get(key)
            base = in_force.id if in_force else 0  # they have been told, and see it below
        return await self._editor(
            request,
            key,
            text=data.text,
            why=data.why,
            base=base,
            error=error,
            wrong=error.problems if isinstance(error, BadProfileError) else (),
        )

    async def preview(self, request: AnyRequest, data: Written) -> str:
        """Return what a draft would do; raises BadProfileError."""
        key, document = data.key, writing.read(data.text)
        seen = await self._rooms.queries.within(60, self._settings.preview, key, document)
        in_force = (await self._rooms.queries.do(self._settings.profiles.in_force)).get(key)
        return self._draw(
            request,
            "settings_preview.html",
            key=key,
            preview=seen,
            own=diff(in_force.document if in_force else {}, document),
            text=data.text,
            reason=data.why,
            base=data.base,
            shown=_SHOWN,
        )

    async def change(self, request: AnyRequest, number: int) -> str:
        """Return a change beside what was before it; raises NoSuchChangeError."""
        change = await self._change(number)
        person = person_of(request)
        self._settings.check(person, Right.PROVISION, change.key)
        before = await self._change(change.base) if change.base else None
        waits = change.state is State.PENDING
        may = self._settings.may(person, Right.APPROVE, change.key)
        return self._draw(
            request,
            "settings_change.html",
            change=change,
            changes=diff(before.document if before else {}, change.document),
            text=writing.written(change.document),
            waits=waits,
            is_own=change.author == person.login,
            may_approve=waits and may and change.author != person.login,
        )

    async def box(self, request: AnyRequest, box: str) -> str:
        """Return a box's settings: each property's origin and answer, and what was sent."""
        of_box = await self._rooms.settings.box(box)
        sent = await self._rooms.queries.do(self._settings.documents.history, box)
        olds: list[Document] = [*(one.document for one in sent[1:]), {}]
        versions = [(one, diff(old, one.document)) for one, old in zip(sent, olds, strict=False)]
        return self._draw(
            request, "settings_of_box.html", box=box, of_box=of_box, versions=versions
        )

    async def _editor(
        self,
        request: AnyRequest,
        key: Key,
        *,
        text: str,
        base: int,
        why: str = "",
        take: int = 0,
        said: str = "",
        error: MotcuaError | None = None,
        wrong: Sequence[object] = (),
    ) -> str:
        history = await self._rooms.queries.do(self._settings.profiles.history, key)
        return self._draw(
            request,
            "settings_editor.html",
            there=f"{urlencode({'level': str(key.level), 'target': key.target})}&",
            key=key,
            text=text,
            base=base,
            reason=why,
            take=take,
            done=said,
            error=error,
            wrong=wrong,
            history=history,
            keys={part: writing.known_keys(part) for part in writing.KINDS},
        )

    def _progress(self, box: str, standing: Standing) -> Progress:
        judged = standing.judged >= standing.newest
        return progress(standing, online=judged or self._rooms.settings.online(box))

    def _offered(self, person: Person, targets: dict[Level, list[str]]) -> dict[Level, list[str]]:
        """Return what of this somebody may have a profile for, as much as is offered."""
        keys = {Key(level, target) for level, some in targets.items() for target in some}
        reached = self._settings.reached(person, Right.PROVISION, keys)
        return {
            level: list(islice((one for one in some if Key(level, one) in reached), _OFFERED))
            for level, some in targets.items()
        }

    def _reached(self, request: AnyRequest, changes: list[Change]) -> list[Change]:
        keys = {one.key for one in changes}
        reached = self._settings.reached(person_of(request), Right.PROVISION, keys)
        return [one for one in changes if one.key in reached]

    async def _change(self, number: int) -> Change:
        return await self._rooms.queries.do(self._settings.profiles.change, number)

    def _draw(self, request: AnyRequest, template: str, *, there: str = "", **facts: object) -> str:
        return self._pages.draw(
            template,
            language_of(request),
            self._rooms.clock.now(),
            person=person_of(request),
            here=_HERE,
            there=there,
            levels=_LEVELS,
            two_persons=self._settings.two_persons,
            **facts,
        )
