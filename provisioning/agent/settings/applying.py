"""Putting a desired document into force: judge, plan, replace, start anew, wait; or undo it all.

Every step can be the last one before a power cut. `resume` finishes or undoes what was under way.
"""

import contextlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog
from msgspec.structs import replace

from devices.contract.errors import MotcuaError
from devices.contract.message import MAX_PAYLOAD_BYTES, encode
from devices.contract.toml import document_as_toml
from devices.runtime.worker import Worker
from provisioning.agent.naming import named
from provisioning.agent.parts import Parts
from provisioning.agent.settings.births import Births
from provisioning.agent.settings.checking import Checking
from provisioning.agent.settings.config import SettingsConfig
from provisioning.agent.settings.judging import (
    Verdict,
    acknowledged,
    at_once,
    composed,
    decided,
    told,
)
from provisioning.agent.settings.shelf import FilePlan, Plan, Record, Shelf
from provisioning.desired import Desired, Document, Reported

MOST_TRIES = 2
_FIRST_HEARD_S = 3.0
_log = structlog.get_logger()


class Applying:
    """The settings of a box's parts, one version after another.

    `own` is what the box itself decides; of all but its name, a part's present file goes before it.
    `changed` is called whenever `reported` says something new.
    """

    def __init__(
        self,
        parts: Parts,
        shelf: Shelf,
        checking: Checking,
        births: Births,
        worker: Worker,
        *,
        own: Mapping[str, Any],
        config: SettingsConfig,
        changed: Callable[[], None],
    ) -> None:
        self._parts = parts
        self._shelf = shelf
        self._checking = checking
        self._births = births
        self._worker = worker
        self._own = own
        self._config = config
        self._changed = changed
        self._record = Record()
        self._under_way: Desired | None = None

    async def load(self) -> None:
        """Read what is known; before anything else is asked."""
        self._record = await self._worker.do(self._shelf.load)

    async def resume(self) -> None:
        """Finish or undo what was under way; raises StorageError."""
        plan = self._record.plan
        if plan is None:
            return
        _log.warning("settings.resumed", version=plan.desired.version, tries=plan.tries)
        if not plan.why and plan.tries >= MOST_TRIES:
            plan = replace(
                plan,
                undone=tuple(plan.files),
                why=f"the box began anew {plan.tries} times while this was put into force",
            )
        plan = replace(plan, tries=plan.tries + 1)
        await self._keep(replace(self._record, plan=plan))
        with self._busy(plan.desired):
            await (self._undo(plan) if plan.why else self._carry_out(plan))

    async def take(self, desired: Desired) -> None:
        """Judge a version and put it into force, unless it was judged before.

        Raises StorageError: nothing is half done, and it may be taken again after `resume`.
        """
        if desired.version <= self._record.desired.version:
            return
        with self._busy(desired):
            problems = at_once(desired.parts, self._parts.names)
            problems = problems or await self._judged(desired)
            if problems:
                _log.warning("settings.refused", version=desired.version, why=told(problems))
                verdict = Verdict(problems=problems, text=told(problems))
                await self._keep(replace(self._record, desired=desired, verdict=verdict))
                return
            plan = await self._plan(desired)
            await self._keep(replace(self._record, plan=plan))
            await self._carry_out(plan)

    def reported(self, boot: int, oddity: str = "") -> Reported:
        """Return how the settings stand; `oddity` is what came and could not be read."""
        known = self._record
        desired, verdict = known.desired, known.verdict
        if self._under_way is not None:
            desired, verdict = self._under_way, Verdict(pending=True)
        text = "; ".join(filter(None, (verdict.text, oddity)))
        whole = Reported(
            boot=boot,
            version=known.desired.version,
            in_force=known.in_force,
            text=text,
            parts=acknowledged(desired.version, desired.parts, known.applied, verdict),
        )
        if len(encode(whole)) <= MAX_PAYLOAD_BYTES:
            return whole
        return replace(whole, text=f"{text} (too long to be told by property)", parts={})

    @contextlib.contextmanager
    def _busy(self, desired: Desired) -> Iterator[None]:
        """While a version is under way, that is what is reported."""
        self._under_way = desired
        self._changed()
        try:
            yield
        finally:
            self._under_way = None
            self._changed()

    async def _judged(self, desired: Desired) -> dict[str, Any]:
        found = {}
        for part, document in (await self._documents(desired)).items():
            text = document_as_toml(document)
            candidate = await self._worker.do(self._shelf.candidate, part, text)
            if problems := await self._checking.problems(part, candidate):
                found[part] = problems
        return found

    async def _documents(self, desired: Desired) -> dict[str, Document]:
        """Return the whole document of each part that is named."""
        return {
            part: composed(await self._own_of(part), wanted)
            for part, wanted in desired.parts.items()
        }

    async def _own_of(self, part: str) -> dict[str, Any]:
        text = await self._worker.do(self._shelf.read, self._file(part))
        present = _parsed(text)
        if present is None:
            return dict(self._own)
        return decided(present) | {"box": self._own["box"]}

    async def _plan(self, desired: Desired) -> Plan:
        files: dict[str, FilePlan] = {}
        first: dict[str, str | None] = {}
        documents = await self._documents(desired)
        for part in self._parts.names:
            before = await self._worker.do(self._shelf.read, self._file(part))
            after = before
            if part in documents:
                first[part] = self._record.first.get(part, before)
                after = document_as_toml(documents[part])
            elif part in self._record.first:
                after = self._named(self._record.first[part])
            if _parsed(after) != _parsed(before) or (before is None) != (after is None):
                files[part] = FilePlan(before=before, after=after)
        return Plan(desired=desired, files=files, first=first)

    async def _carry_out(self, plan: Plan) -> None:
        failed, why = await self._put({p: f.after for p, f in self._files(plan).items()})
        if failed:
            _log.error("settings.undone", version=plan.desired.version, why=why)
            plan = replace(plan, why=why, undone=failed)
            await self._keep(replace(self._record, plan=plan))
            await self._undo(plan)
            return
        _log.info("settings.in_force", version=plan.desired.version, changed=list(plan.files))
        await self._keep(
            Record(
                desired=plan.desired,
                in_force=plan.desired.version,
                applied=plan.desired.parts,
                first=plan.first,
            )
        )

    async def _undo(self, plan: Plan) -> None:
        """Put back what stood before; the parts are then as they were, or it is said."""
        before = {part: file.before for part, file in self._files(plan).items()}
        failed, again = await self._put(before, undoing=True)
        text = f"undone: {plan.why}" + (f"; the old document: {again}" if failed else "")
        verdict = Verdict(undone=plan.undone, text=text)
        await self._keep(
            replace(self._record, desired=plan.desired, verdict=verdict, plan=None),
        )

    async def _put(
        self, texts: Mapping[str, str | None], *, undoing: bool = False
    ) -> tuple[tuple[str, ...], str]:
        """Replace these settings files and start their parts anew.

        Returns the parts that did not come up, and why.
        """
        boots = await self._births.known(texts, _FIRST_HEARD_S)
        for part, text in texts.items():
            await self._worker.do(self._shelf.replace, self._file(part), self._named(text))
        not_begun = await self._restarted(texts)
        if not_begun and not undoing:
            return tuple(not_begun), "; ".join(not_begun.values())
        late = await self._births.late(boots, self._config.ready_within_s)
        if late:
            within = f"{self._config.ready_within_s:g} s"
            return late, f"{', '.join(late)}: not ready within {within} after the change"
        fallen = await self._births.fallen(texts, self._config.steady_s)
        return fallen, f"{', '.join(fallen)}: ready, and ended again at once"

    async def _restarted(self, parts: Iterable[str]) -> dict[str, str]:
        failed = {}
        for part in parts:
            try:
                await self._parts.restart(part)
            except MotcuaError as error:
                failed[part] = f"{part}: {error.sentence}"
        return failed

    def _named(self, text: str | None) -> str | None:
        """Return a kept text under the box's present name: it may be older than that."""
        return text and named(text, self._own["box"], self._own.get("site", ""))

    def _files(self, plan: Plan) -> dict[str, FilePlan]:
        """Return the plan's files of parts the box still has."""
        return {part: file for part, file in plan.files.items() if part in self._parts.names}

    def _file(self, part: str) -> Path:
        return self._parts.config_file(part)

    async def _keep(self, record: Record) -> None:
        await self._worker.do(self._shelf.keep, record)
        self._record = record


def _parsed(text: str | None) -> dict[str, Any] | None:
    """Return a settings file's document, or None where there is none to be read."""
    if text is None:
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
