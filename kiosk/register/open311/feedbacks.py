"""The commune's feedback: taken once, found by code, answered by an officer. Blocking."""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from devices.contract.clock import LOCAL, Clock, local_day
from kiosk.api.feedback import MOST_ROWS
from kiosk.backoffice.sealing import Seal
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.deadline import due
from kiosk.domain.feedback import FeedbackState, next_states
from kiosk.domain.following import ENTROPY_BYTES, following_code, read_following_code
from kiosk.register.open311.asked import Asked, Filter
from kiosk.register.open311.config import FeedbackConfig
from kiosk.register.open311.errors import (
    GeoReportError,
    NoSuchFeedbackError,
    StaleFeedbackError,
    StepRefusedError,
)
from kiosk.register.open311.rows import (
    Counts,
    FeedbackRow,
    PhotoRow,
    Sender,
    StepRow,
    Told,
)
from kiosk.register.store import Store

_CLOSED = tuple(str(state) for state in FeedbackState if state.closed)
_IS_CLOSED = f"state IN ({', '.join(repr(state) for state in _CLOSED)})"
_DAY_ENDS = time(17)
_COLUMNS = FeedbackRow.__struct_fields__
_ROWS_OF_A_PAGE = 200


class Feedbacks:
    """Everything that is done with feedback, in transactions of the store."""

    def __init__(
        self,
        config: FeedbackConfig,
        calendar: WorkCalendar,
        store: Store,
        clock: Clock,
        *,
        seal: Seal,
    ) -> None:
        self._config = config
        self._calendar = calendar
        self._store = store
        self._clock = clock
        self._seal = seal

    def take(
        self,
        asked: Asked,
        photos: tuple[bytes, ...],
        sent: tuple[bytes, ...],
        client: str,
        key: str,
    ) -> FeedbackRow:
        """Store feedback and return it; the same client and key get the first one back.

        `sent` are the photos as they came, `photos` as they are kept. Raises GeoReportError for a
        key of other feedback.
        """
        digest = asked.digest(sent)
        with self._store.transaction():
            if key and (known := self._of(client, key)):
                if known.asked != digest:
                    raise GeoReportError((400, "Idempotency-Key: was used for other feedback"))
                return known
            row = self._new(asked, client, key or secrets.token_hex(16), digest)
            self._add(row)
            for place, photo in enumerate(photos, 1):
                name = secrets.token_urlsafe(16)
                self._store.run(
                    "INSERT INTO feedback_photos VALUES (?, ?, ?, ?)",
                    *(name, row.code, place, self._seal.close(photo, f"photo {name}")),
                )
            return row

    def feedback(self, code: str) -> FeedbackRow:
        """Return the feedback of this code; raises NoSuchFeedbackError."""
        read = read_following_code(code)
        row = self._row("WHERE code = ?", read)
        if row is None:
            raise NoSuchFeedbackError
        return row

    def by_token(self, token: str) -> FeedbackRow | None:
        """Return the feedback that this token was given for."""
        return self._row("WHERE token = ?", token)

    def chosen(self, what: Filter, client: str) -> list[FeedbackRow]:
        """Return what is public, and what this client sent; newest first, 1000 at most."""
        where, values = ["(public = 1 OR (client = ? AND client <> ''))"], list[object]([client])
        if what.codes:
            where, values = (
                [f"code IN ({_marks(what.codes)})"],
                list[object](what.codes),
            )  # who knows them
        else:
            where.append("requested_at BETWEEN ? AND ?")
            values += [what.first, what.last]
        if what.categories:
            where.append(f"category IN ({_marks(what.categories)})")
            values += what.categories
        if what.closed is not None:
            where.append(_IS_CLOSED if what.closed else f"NOT {_IS_CLOSED}")
        sql = f"WHERE {' AND '.join(where)} ORDER BY requested_at DESC LIMIT {MOST_ROWS}"
        return self._rows(sql, *values)

    def listed(self, which: str) -> list[FeedbackRow]:
        """Return what officers see: `open` by due day, `overdue`, or `closed`, latest first."""
        where = {
            "open": (f"WHERE NOT {_IS_CLOSED} ORDER BY due_day, requested_at", ()),
            "overdue": (
                f"WHERE NOT {_IS_CLOSED} AND due_day < ? ORDER BY due_day, requested_at",
                (self.today(),),
            ),
            "closed": (f"WHERE {_IS_CLOSED} ORDER BY answered_at DESC", ()),
        }
        sql, values = where.get(which, where["open"])
        return self._rows(f"{sql} LIMIT {_ROWS_OF_A_PAGE}", *values)

    def answer(
        self,
        code: str,
        seen: int,
        officer: str,
        state: FeedbackState,
        text: str,
        *,
        public: bool,
    ) -> FeedbackRow:
        """Keep an officer's step. `seen` is the revision that the officer saw.

        Raises NoSuchFeedbackError, StaleFeedbackError, StepRefusedError.
        """
        now = self._clock.now()
        with self._store.transaction():
            row = self.feedback(code)
            if row.revision != seen:
                raise StaleFeedbackError
            if state is not row.state and state not in next_states(row.state):
                raise StepRefusedError
            answered_at = row.answered_at or (now if state.closed else None)
            self._store.run(
                "UPDATE feedback SET state = ?, answer = ?, public = ?, updated_at = ?,"
                " answered_at = ?, revision = revision + 1 WHERE code = ?",
                *(state, text, public, now, answered_at, row.code),
            )
            self._store.add(
                "feedback_steps",
                StepRow(feedback=row.code, at=now, officer=officer, state=state, text=text),
            )
            return self.feedback(row.code)

    def steps(self, code: str) -> list[StepRow]:
        """Return what officers did, oldest first."""
        return self._store.rows(StepRow, "feedback_steps", "WHERE feedback = ? ORDER BY at", code)

    def photos(self, code: str) -> list[PhotoRow]:
        """Return the names of its photos, in the order they were sent."""
        sql = "WHERE feedback = ? ORDER BY place"
        return self._store.rows(PhotoRow, "feedback_photos", sql, code)

    def photo(self, photo: str) -> bytes:
        """Return a photo as JPEG; raises NoSuchFeedbackError."""
        sealed = self._store.value("SELECT picture FROM feedback_photos WHERE id = ?", photo)
        if sealed is None:
            raise NoSuchFeedbackError
        return self._seal.open(bytes(sealed), f"photo {photo}")

    def counts(self) -> Counts:
        """Return how all feedback stands today."""
        day = "date(answered_at, '+7 hours')"  # domain G-3: Viet Nam has no daylight saving
        row = self._store.all(
            f"SELECT COALESCE(SUM(NOT {_IS_CLOSED}), 0),"  # noqa: S608 - our own words
            f" COALESCE(SUM(NOT {_IS_CLOSED} AND due_day < ?), 0),"
            f" COALESCE(SUM({_IS_CLOSED} AND {day} <= due_day), 0),"
            f" COALESCE(SUM({_IS_CLOSED} AND {day} > due_day), 0) FROM feedback",
            self.today(),
        )[0]
        return Counts(open=row[0], overdue=row[1], in_time=row[2], late=row[3])

    def forget_contacts(self) -> int:
        """Destroy who sent what was answered long ago; return of how many."""
        before = self._clock.now() - timedelta(days=self._config.contacts_days)
        with self._store.transaction():
            return self._store.run(
                "UPDATE feedback SET sender = x'' WHERE answered_at < ? AND sender <> x''", before
            )

    def today(self) -> date:
        """Return the local day."""
        return local_day(self._clock.now())

    def _of(self, client: str, key: str) -> FeedbackRow | None:
        return self._row("WHERE client = ? AND request = ?", client, key)

    def _row(self, where: str, *values: object) -> FeedbackRow | None:
        rows = self._rows(where, *values)
        return rows[0] if rows else None

    def _rows(self, where: str, *values: object) -> list[FeedbackRow]:
        sql = f"SELECT {', '.join(_COLUMNS)} FROM feedback {where}"  # noqa: S608 - our own words
        return [
            self._opened(dict(zip(_COLUMNS, row, strict=True)))
            for row in self._store.all(sql, *values)
        ]

    def _opened(self, row: dict[str, Any]) -> FeedbackRow:
        code, sealed = row["code"], bytes(row["sender"])
        told = self._seal.open(bytes(row["told"]), f"told {code}")
        sender = self._seal.open(sealed, f"sender {code}") if sealed else b"{}"
        row["told"] = msgspec.json.decode(told)
        row["sender"] = msgspec.json.decode(sender)
        return msgspec.convert(row, FeedbackRow, strict=False)

    def _add(self, row: FeedbackRow) -> None:
        values = {name: getattr(row, name) for name in _COLUMNS}
        values["told"] = self._seal.close(msgspec.json.encode(row.told), f"told {row.code}")
        sender = msgspec.json.encode(row.sender)
        known = row.sender != Sender()
        values["sender"] = self._seal.close(sender, f"sender {row.code}") if known else b""
        marks = ", ".join("?" * len(_COLUMNS))
        sql = f"INSERT INTO feedback ({', '.join(_COLUMNS)}) VALUES ({marks})"  # noqa: S608 - our own
        self._store.run(sql, *values.values())

    def _new(self, asked: Asked, client: str, key: str, digest: str) -> FeedbackRow:
        now = self._clock.now().astimezone(UTC)
        told = due(now, asked.category.answered_within, self._calendar)
        return FeedbackRow(
            code=following_code(secrets.token_bytes(ENTROPY_BYTES)),
            token=secrets.token_urlsafe(16),
            client=client,
            request=key,
            asked=digest,
            category=asked.category.id,
            state=FeedbackState.RECEIVED,
            public=False,
            may_be_public=asked.may_be_public,
            told=Told(
                description=asked.description,
                address=asked.address,
                address_id=asked.address_id,
                lat=asked.lat,
                long=asked.long,
                answers=asked.answers,
                media_url=asked.media_url,
            ),
            sender=Sender(name=asked.name, phone=asked.phone, email=asked.email),
            requested_at=now,
            updated_at=now,
            due_day=told.day if told else local_day(now),
        )


def due_at(row: FeedbackRow) -> datetime:
    """Return until when an answer is expected: the end of office hours of the due day."""
    return datetime.combine(row.due_day, _DAY_ENDS, LOCAL)


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))
