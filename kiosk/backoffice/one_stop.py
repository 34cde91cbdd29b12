"""The province's one-stop system: what it knows of a dossier, and a new dossier handed to it.

The contract is docs/openapi/one-stop.yaml, its bodies are `kiosk.api.dossiers`.
"""

import hashlib
from datetime import datetime
from typing import Protocol

import msgspec

from devices.contract.config import Config
from kiosk.api import dossiers as wire
from kiosk.backoffice.config import LinkConfig
from kiosk.backoffice.dates import TimeForm, read, read_end, write
from kiosk.backoffice.errors import BadAnswerError
from kiosk.backoffice.http import Call, HttpEdge, Reply, decoded, segment

_FORM: TimeForm = "yyyy-mm-dd HH:MM:SS"
_ELECTRONIC = 2


class TimeForms(Config, frozen=True, kw_only=True):
    """How this system writes each time (INT-1)."""

    handed_in_at: TimeForm = _FORM
    received_at: TimeForm = _FORM
    due_at: TimeForm = _FORM
    ended_at: TimeForm = _FORM
    step_at: TimeForm = _FORM


class OneStopConfig(Config, frozen=True, kw_only=True):
    """A one-stop system."""

    link: LinkConfig
    times: TimeForms = TimeForms()


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """How far a dossier is. `state` is the code of DOS-14, which may be a number not known."""

    code: str
    form: str
    form_name: str
    state: int
    agency_name: str
    received_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    note: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step that a dossier has taken."""

    state: int
    at: datetime
    agency_name: str
    note: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A scanned paper: one part of the dossier, as a PDF."""

    name: str
    code: str = ""
    copy: int = _ELECTRONIC
    amount: int = 1
    pdf: bytes


class AcceptedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A prepared dossier that an officer has accepted. `local_code` is TAM-... (DOS-3)."""

    local_code: str
    agency: str
    form: str
    service: str = ""
    owner: str
    owner_kind: int = 0
    submitter: wire.Submitter
    handed_in_at: datetime
    received_at: datetime
    papers: tuple[Paper, ...] = ()


class OneStop(Protocol):
    """A one-stop system. Every method raises a BackOfficeError."""

    async def dossier(self, code: str) -> Dossier:
        """Return how far the dossier is; raises NotThereError for a code that it does not know.

        A system may know the kiosk's own code too (TAM-); the answer has the official one.
        """
        ...

    async def progress(self, code: str) -> tuple[Step, ...]:
        """Return the steps it has taken, oldest first; raises NotThereError."""
        ...

    async def hand_in(self, draft: AcceptedDraft, key: str) -> str:
        """Create the dossier with its papers and return its official code.

        The same key always gives the same dossier, however often and however far it was tried.
        """
        ...


class OneStopClient:
    """A one-stop system over HTTP. Whoever made the edge ends it."""

    def __init__(self, edge: HttpEdge, times: TimeForms) -> None:
        self._edge = edge
        self._times = times

    async def dossier(self, code: str) -> Dossier:
        """Return how far the dossier is."""
        reply = await self._edge.ask(Call(path=f"/dossiers/{segment(code)}"))
        told = decoded(reply, wire.DossierStatus)
        times = self._times
        return Dossier(
            code=told.code,
            form=told.form,
            form_name=told.form_name,
            state=told.state,
            agency_name=told.agency_name,
            received_at=read(told.received_at, times.received_at) if told.received_at else None,
            due_at=read_end(told.due_at, times.due_at) if told.due_at else None,
            ended_at=read(told.ended_at, times.ended_at) if told.ended_at else None,
            note=told.note,
        )

    async def progress(self, code: str) -> tuple[Step, ...]:
        """Return the steps it has taken, oldest first."""
        reply = await self._edge.ask(Call(path=f"/dossiers/{segment(code)}/progress"))
        return tuple(
            Step(
                state=step.state,
                at=read(step.at, self._times.step_at),
                agency_name=step.agency_name,
                note=step.note,
            )
            for step in decoded(reply, tuple[wire.ProgressStep, ...])
        )

    async def hand_in(self, draft: AcceptedDraft, key: str) -> str:
        """Create the dossier with its papers and return its official code."""
        ask = wire.NextNumber(agency=draft.agency, form=draft.form)
        number = decoded(await self._post("/numbers", ask, f"{key}.number"), wire.DossierNumber)
        components = [
            await self._stored(paper, f"{key}.paper.{at}") for at, paper in enumerate(draft.papers)
        ]
        dossier = wire.NewDossier(
            code=number.code,
            form=draft.form,
            service=draft.service,
            owner=draft.owner,
            owner_kind=draft.owner_kind,
            agency=draft.agency,
            handed_in_at=write(draft.handed_in_at, self._times.handed_in_at),
            received_at=write(draft.received_at, self._times.received_at),
            components=tuple(components),
            submitter=draft.submitter,
            local_code=draft.local_code,
        )
        made = decoded(await self._post("/dossiers", dossier, f"{key}.dossier"), wire.DossierStatus)
        if made.code != number.code:
            raise BadAnswerError("The dossier was created under another number than was given.")
        return made.code

    async def _stored(self, paper: Paper, key: str) -> wire.Component:
        call = Call(
            method="POST", path="/papers", body=paper.pdf, media_type="application/pdf", key=key
        )
        stored = decoded(await self._edge.ask(call), wire.StoredPaper)
        sha256 = hashlib.sha256(paper.pdf).hexdigest()
        if stored.sha256.lower() != sha256:
            raise BadAnswerError("What was stored is not what was sent.")
        attached = wire.AttachedPaper(id=stored.id, name=paper.name, sha256=sha256)
        return wire.Component(
            code=paper.code,
            name=paper.name,
            amount=paper.amount,
            copy=paper.copy,
            papers=(attached,),
        )

    async def _post(self, path: str, body: msgspec.Struct, key: str) -> Reply:
        call = Call(method="POST", path=path, body=msgspec.json.encode(body), key=key)
        return await self._edge.ask(call)
