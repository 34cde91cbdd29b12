"""How a dossier begins: sent by a client, or written down by an officer. Blocking."""

from typing import Annotated

import msgspec

from devices.contract.clock import Clock, local_day
from kiosk.api import dossiers as wire
from kiosk.catalogue.catalogue import Catalogue
from kiosk.domain.dossier_state import StateCode
from kiosk.register.config import OfficerConfig, RegisterConfig
from kiosk.register.dossiers.acts import Note
from kiosk.register.dossiers.errors import (
    NumberUnknownError,
    OtherAgencyError,
    PaperUnknownError,
    StepRefusedError,
)
from kiosk.register.dossiers.numbers import Numbers, hash_of
from kiosk.register.dossiers.rows import Content, DossierRow, NumberRow, PaperLine, PaperRow
from kiosk.register.dossiers.shelf import Shelf
from kiosk.register.errors import BadRequestError, NotFoundError, RequestReusedError
from kiosk.register.store import Store

_MOST_LINES = 200


class ByHand(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer writes down of a citizen at the counter."""

    form: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    form_name: Annotated[str, msgspec.Meta(max_length=500)] = ""
    content: Content
    copies: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    channel: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1


class Intake:
    """Makes dossiers. Each is whole, under its own code, once for each request."""

    def __init__(
        self,
        config: RegisterConfig,
        store: Store,
        shelf: Shelf,
        *,
        numbers: Numbers,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._config = config
        self._store = store
        self._shelf = shelf
        self._numbers = numbers
        self._catalogue = catalogue
        self._clock = clock

    def create(self, client: str, request: str, wish: wire.NewDossier) -> DossierRow:
        """Store a dossier that a client sends: "1 Mới đăng ký" until an officer accepts it.

        The same request gets the same dossier. Raises RequestReusedError, NumberUnknownError,
        PaperUnknownError, OtherAgencyError.
        """
        asked = hash_of(wish)
        with self._store.transaction():
            if known := self._known(client, request, asked):
                return known
            self._check(client, wish)
            content = _content(wish)
            row = self._row(client, request, asked, code=wish.code, form=wish.form, content=content)
            row = msgspec.structs.replace(
                row,
                local_code=wish.local_code,
                channel=wish.channel,
                agency=wish.agency,
            )
            self._shelf.add(row)
            self._attach(client, wish.code, wish.components)
            self._shelf.note(row, Note.CREATED, officer="", unit=row.unit)
            return row

    def by_hand(self, officer: OfficerConfig, request: str, wish: ByHand) -> DossierRow:
        """Store a dossier that an officer writes down, under the next number.

        The same request of the same officer gets the same dossier. Raises RequestReusedError.
        """
        client = f"officer/{officer.id}"
        asked = hash_of(wish)
        with self._store.transaction():
            if known := self._known(client, request, asked):
                return known
            number = wire.NextNumber(agency=self._config.agency.code or "-", form=wish.form)
            code = self._numbers.give_within(client, request, number)
            row = self._row(client, request, asked, code=code, form=wish.form, content=wish.content)
            row = msgspec.structs.replace(
                row,
                form_name=wish.form_name or row.form_name,
                channel=wish.channel,
                copies=wish.copies,
                unit=officer.unit,
            )
            self._shelf.add(row)
            self._shelf.note(row, Note.CREATED, officer=officer.name, unit=row.unit)
            return row

    def add_sent(
        self, client: str, code: str, components: tuple[wire.Component, ...]
    ) -> DossierRow:
        """Add papers that a client stored to a dossier of its own; again, they change nothing.

        Raises NotFoundError, StepRefusedError (it has ended), PaperUnknownError.
        """
        with self._store.transaction():
            row = self._shelf.known(code)
            if row.client != client:
                raise NotFoundError("There is no such dossier of this client.")
            there = {paper for line in self._shelf.content(row).papers for paper, _ in line.files}
            fresh = tuple(
                one
                for one in components
                if not one.papers or any(paper.id not in there for paper in one.papers)
            )
            if not fresh:
                return row
            self._attach(client, row.code, fresh)
            return self._extended(row, tuple(map(_line, fresh)), officer="", who=client)

    def add_by_hand(
        self, officer: OfficerConfig, code: str, papers: tuple[PaperLine, ...]
    ) -> DossierRow:
        """Add papers that a citizen brought. Raises NotFoundError, StepRefusedError."""
        with self._store.transaction():
            row = self._shelf.known(code)
            return self._extended(row, papers, officer=officer.name)

    def _extended(
        self, row: DossierRow, papers: tuple[PaperLine, ...], *, officer: str, who: str = ""
    ) -> DossierRow:
        if row.ended_at is not None or row.returned_at is not None:
            raise StepRefusedError
        content = self._shelf.content(row)
        lines = (*content.papers, *papers)
        if len(lines) > _MOST_LINES:
            raise BadRequestError
        more = msgspec.structs.replace(content, papers=lines)
        now = self._clock.now()
        row = self._shelf.change(
            row, content_sealed=self._shelf.sealed(row.code, more), moved_at=now
        )
        why = ", ".join(paper.name for paper in papers)
        self._shelf.note(row, Note.PAPERS_ADDED, officer=officer or who, unit=row.unit, why=why)
        return row

    def _known(self, client: str, request: str, asked: str) -> DossierRow | None:
        known = self._shelf.of_request(client, request)
        if known and known.asked != asked:
            raise RequestReusedError
        return known

    def _check(self, client: str, wish: wire.NewDossier) -> None:
        if self._config.agency.code and wish.agency != self._config.agency.code:
            raise OtherAgencyError
        where = "WHERE code = ? AND client = ?"
        given = self._store.row(NumberRow, "numbers", where, wish.code, client)
        if given is None or self._shelf.find(wish.code) is not None:
            raise NumberUnknownError

    def _row(
        self, client: str, request: str, asked: str, *, code: str, form: str, content: Content
    ) -> DossierRow:
        now = self._clock.now()
        procedure = self._catalogue.procedure(form, local_day(now))
        return DossierRow(
            code=code,
            client=client,
            request=request,
            asked=asked,
            form=form,
            form_name=procedure.name("vi") if procedure else "",
            agency=self._config.agency.code,
            agency_name=self._config.names["vi"],
            unit=self._config.units[0].id,
            channel=1,
            state=int(StateCode.REGISTERED),
            made_at=now,
            moved_at=now,
            content_sealed=self._shelf.sealed(code, content),
        )

    def _attach(self, client: str, code: str, components: tuple[wire.Component, ...]) -> None:
        for component in components:
            for paper in component.papers:
                where = "WHERE id = ? AND client = ? AND dossier = ''"
                stored = self._store.row(PaperRow, "papers", where, paper.id, client)
                if stored is None or stored.sha256 != paper.sha256:
                    raise PaperUnknownError
                self._store.run("UPDATE papers SET dossier = ? WHERE id = ?", code, paper.id)


def _content(wish: wire.NewDossier) -> Content:
    who = wish.submitter
    return Content(
        owner=wish.owner,
        owner_kind=wish.owner_kind,
        name=who.name,
        personal_id=who.personal_id,
        born=who.born,
        phone=who.phone,
        email=who.email,
        address=who.address,
        handed_in_at=wish.handed_in_at,
        papers=tuple(map(_line, wish.components)),
    )


def _line(component: wire.Component) -> PaperLine:
    return PaperLine(
        name=component.name,
        code=component.code,
        amount=component.amount,
        copy=component.copy,
        files=tuple((paper.id, paper.name) for paper in component.papers),
    )
