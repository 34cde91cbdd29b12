"""Dossiers as they lie in the store: rows, sealed contents, steps. Blocking."""

from collections.abc import Iterable
from typing import Any

import msgspec

from devices.contract.clock import Clock
from kiosk.backoffice.sealing import Seal
from kiosk.register.dossiers.acts import Act, Note
from kiosk.register.dossiers.rows import Content, DossierRow, StepRow
from kiosk.register.errors import NotFoundError
from kiosk.register.store import Store


class Shelf:
    """Reads and writes single dossiers; writes are inside a transaction of the caller's."""

    def __init__(self, store: Store, seal: Seal, clock: Clock) -> None:
        self._store = store
        self._seal = seal
        self._clock = clock

    def find(self, code: str) -> DossierRow | None:
        """Return the dossier of this code, or of a kiosk's own one (DOS-3)."""
        found = self._store.row(DossierRow, "dossiers", "WHERE code = ?", code)
        if found is None and code:
            where = "WHERE local_code = ? ORDER BY made_at LIMIT 2"
            linked = self._store.rows(DossierRow, "dossiers", where, code)
            return linked[0] if len(linked) == 1 else None
        return found

    def known(self, code: str) -> DossierRow:
        """Return it; raises NotFoundError."""
        row = self.find(code)
        if row is None:
            raise NotFoundError("There is no dossier of this code.")
        return row

    def of_request(self, client: str, request: str) -> DossierRow | None:
        """Return the dossier that this request made."""
        where = "WHERE client = ? AND request = ?"
        return self._store.row(DossierRow, "dossiers", where, client, request)

    def add(self, row: DossierRow) -> None:
        """Store a new dossier."""
        self._store.add("dossiers", row)

    def change(self, row: DossierRow, **changes: Any) -> DossierRow:
        """Store new values and return the dossier with them."""
        names = ", ".join(f"{name} = ?" for name in changes)
        sql = f"UPDATE dossiers SET {names} WHERE code = ?"  # noqa: S608 - our own names
        self._store.run(sql, *changes.values(), row.code)
        return msgspec.structs.replace(row, **changes)

    def note(
        self,
        row: DossierRow,
        act: Act | Note,
        *,
        officer: str,
        unit: str,
        why: str = "",
        note: str = "",
    ) -> StepRow:
        """Write a step down: who, when, why."""
        sql = "SELECT COALESCE(MAX(serial), 0) + 1 FROM steps WHERE code = ?"
        serial = int(self._store.value(sql, row.code))
        step = StepRow(
            code=row.code,
            serial=serial,
            at=self._clock.now(),
            act=act,
            state=row.state,
            unit=unit,
            officer=officer,
            note=note,
            why_sealed=self._seal.close(why.encode(), _step(row.code, serial)),
        )
        self._store.add("steps", step)
        return step

    def steps(self, code: str) -> list[StepRow]:
        """Return the steps of a dossier, oldest first."""
        return self._store.rows(StepRow, "steps", "WHERE code = ? ORDER BY serial", code)

    def why(self, step: StepRow) -> str:
        """Return the reason of a step."""
        return self._seal.open(step.why_sealed, _step(step.code, step.serial)).decode()

    def sealed(self, code: str, content: Content) -> bytes:
        """Return the content as it is stored."""
        return self._seal.close(msgspec.msgpack.encode(content), f"dossier/{code}")

    def content(self, row: DossierRow) -> Content:
        """Return what is a person's in the dossier."""
        opened = self._seal.open(row.content_sealed, f"dossier/{row.code}")
        return msgspec.msgpack.decode(opened, type=Content)

    def contents(self, rows: Iterable[DossierRow]) -> list[tuple[DossierRow, Content]]:
        """Return dossiers with their contents."""
        return [(row, self.content(row)) for row in rows]


def _step(code: str, serial: int) -> str:
    return f"step/{code}/{serial}"
