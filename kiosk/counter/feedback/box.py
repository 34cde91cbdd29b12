"""The site's feedback in its database. Blocking, on the store's thread.

What was written is sealed: in the outbox until the province's system has it, in the row where the
office itself answers. In the journal and in the province's figures it is named by its `id`; the
`code` is its citizen's secret.
"""

import hashlib
import secrets
import unicodedata
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from devices.contract.clock import Clock, local_day
from devices.contract.errors import BadPayloadError
from kiosk.api import errors
from kiosk.api.site_feedback import SendFeedback
from kiosk.backoffice.open311 import NewFeedback, Photo
from kiosk.backoffice.open311_reading import Feedback
from kiosk.backoffice.outbox import Item, Outbox
from kiosk.backoffice.sealing import Seal, UnreadableError
from kiosk.backoffice.systems import FEEDBACK, content_of
from kiosk.counter.feedback.config import CategoryConfig, FeedbackConfig
from kiosk.counter.feedback.rows import FeedbackRow, Held
from kiosk.counter.lived import LivedDays
from kiosk.counter.store import Store
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.deadline import due
from kiosk.domain.feedback import FeedbackState
from kiosk.domain.following import ENTROPY_BYTES, following_code, read_following_code
from kiosk.messages import FeedbackAnswered, FeedbackRated, FeedbackReceived

TOKEN = "token:"  # noqa: S105 - how the connector marks that an id has yet to be asked for
_COLUMNS = FeedbackRow.__struct_fields__
_CLOSED = ", ".join(f"'{state}'" for state in FeedbackState if state.closed)
IS_CLOSED = f"state IN ({_CLOSED})"
ANSWERED_ON = "date(answered_at, '+7 hours')"  # domain G-3: Viet Nam has no daylight saving
_SENT_ON = "date(sent_at, '+7 hours')"
_LONGEST_ANSWER = 4000
_RAREST_LOOK = timedelta(hours=6)
_AGE_SHARE = 20
_MEGABYTE = 2**20


class FeedbackBox:
    """All feedback of the site, taken, followed and forgotten."""

    def __init__(
        self,
        config: FeedbackConfig,
        store: Store,
        outbox: Outbox,
        seal: Seal,
        clock: Clock,
        *,
        calendar: WorkCalendar,
        connected: bool,
        site_name: str,
    ) -> None:
        self.config = config
        self._store = store
        self._outbox = outbox
        self._seal = seal
        self._clock = clock
        self._calendar = calendar
        self.connected = connected
        self._site_name = site_name
        self._lived = LivedDays(store, clock)

    def due(self, category: CategoryConfig, now: datetime) -> date:
        """Return by when feedback that is sent now is answered."""
        told = due(now, category.answered_within, self._calendar)
        return told.day if told else local_day(now)

    def take(self, wish: SendFeedback, photo: bytes) -> FeedbackRow:
        """Store feedback with its event, and what is to be sent of it, as one fact.

        `photo` is as it is kept. The same request of the same kiosk gets the first one back.
        Raises RequestReusedError, NotFoundError, FeedbackFullError, BadPayloadError, BusyError,
        StorageError.
        """
        digest = hashlib.sha256(msgspec.msgpack.encode(wish)).digest()
        with self._store.transaction():
            sql = "SELECT id, asked FROM feedback WHERE kiosk = ? AND request = ?"
            for known, asked in self._store.all(sql, wish.kiosk, wish.request):
                if self._opened(asked, known, "asked") != digest:
                    raise errors.RequestReusedError
                return self.known(known)
            return self._add(wish, photo, digest)

    def _add(self, wish: SendFeedback, photo: bytes, digest: bytes) -> FeedbackRow:
        category = self.config.category(wish.category)
        if category is None:
            raise errors.NotFoundError("There is no such category.")
        content = content_of(self._new(wish, category, photo))
        if self._kept_bytes() + len(content) > self.config.most_mb * _MEGABYTE:
            raise errors.FeedbackFullError
        now, name = self._clock.now(), uuid.uuid4().hex
        day = self.due(category, now)
        item = self._outbox.put(FEEDBACK, name, content) if self.connected else ""
        told = b"" if self.connected else self._closed(content, name, "told")
        self._store.run(
            "INSERT INTO feedback (id, code, kiosk, request, asked, category, sent_at, due,"
            " may_be_public, held, told, item, told_at, look_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(name, following_code(secrets.token_bytes(ENTROPY_BYTES)), wish.kiosk, wish.request),
            *(self._closed(digest, name, "asked"), category.id, now, day, wish.may_be_public),
            *(Held.LEAVING if self.connected else Held.HERE, told, item, now, now),
        )
        self._store.journal.append(FeedbackReceived(feedback=name, due=day), now)
        return self.known(name)

    def sent(self, item: Item, named: str) -> None:
        """Learn in the outbox's transaction what the province's system calls it."""
        token = named.removeprefix(TOKEN) if named.startswith(TOKEN) else ""
        self._store.run(
            "UPDATE feedback SET held = ?, item = '', foreign_id = ?, token = ?, told_at = ?,"
            " look_at = ?, revision = revision + 1 WHERE id = ?",
            *(Held.THERE, "" if token else named, token, self._clock.now()),
            *(self._clock.now() + self._pace(), item.subject),
        )

    def known(self, feedback: str) -> FeedbackRow:
        """Return the feedback of this id; raises NotFoundError."""
        return self._one("WHERE id = ?", feedback)

    def by_code(self, text: str) -> FeedbackRow:
        """Return the feedback of a citizen's code, as typed; raises NotFoundError."""
        return self._one("WHERE code = ?", read_following_code(text) or "")

    def to_look_at(self, most: int) -> list[FeedbackRow]:
        """Return what the province's system has not answered, and is due to be asked for.

        What would rest longer than anything may was put off by a clock that was ahead.
        """
        now = self._clock.now()
        return self.rows(
            f"WHERE held = 'there' AND NOT {IS_CLOSED} AND sent_at > ?"
            " AND (look_at <= ? OR look_at > ?) ORDER BY look_at LIMIT ?",
            *(now - timedelta(days=self.config.asks_for_days), now),
            *(now + max(self._pace(), _RAREST_LOOK), most),
        )

    def named(self, feedback: str, foreign_id: str) -> None:
        """Learn the id that a token was given for; it may be empty still."""
        with self._store.transaction():
            row = self.known(feedback)
            if foreign_id:
                sql = "UPDATE feedback SET foreign_id = ?, token = '' WHERE id = ?"
                self._store.run(sql, foreign_id, feedback)
            else:
                self._look_later(row)

    def later(self, feedback: str) -> None:
        """Let it rest: the system had nothing to say of it."""
        with self._store.transaction():
            self._look_later(self.known(feedback))

    def after_the_rest(self, feedback: str) -> None:
        """Let the others be asked for first: the system did not answer for this one."""
        with self._store.transaction():
            sql = "UPDATE feedback SET look_at = ? WHERE id = ?"
            self._store.run(sql, self._clock.now() + self._pace(), feedback)

    def heard(self, feedback: str, said: Feedback) -> None:
        """Keep what the province's system says of it; the first answer is told once."""
        with self._store.transaction():
            row = self.known(feedback)
            state = said.state or (FeedbackState.DONE if said.closed else FeedbackState.FORWARDED)
            if said.closed != state.closed:
                state = FeedbackState.DONE if said.closed else FeedbackState.FORWARDED
            expected = local_day(said.expected_at) if said.expected_at else None
            self.turn(row, state, said.answer, at=said.updated_at, expected=expected)
            self._look_later(row)

    def turn(
        self,
        row: FeedbackRow,
        state: FeedbackState,
        answer: str,
        *,
        at: datetime | None = None,
        expected: date | None = None,
    ) -> None:
        """Keep a state and an answer, in the caller's transaction; tell the first one, once.

        `at` is when it was answered, never before it was sent nor in time to come; None is now.
        """
        now = self._clock.now()
        answered_at = row.answered_at
        if state.closed and answered_at is None:
            answered_at = min(max(at or now, row.sent_at), now)
            answered = FeedbackAnswered(feedback=row.id, due=row.due, on=local_day(answered_at))
            self._store.journal.append(answered, now)
        text = answer[:_LONGEST_ANSWER]
        changed = (row.state, row.answer, row.expected) != (state, text, expected)
        self._store.run(
            "UPDATE feedback SET state = ?, answer = ?, answered_at = ?, expected = ?,"
            " told_at = ?, revision = revision + ? WHERE id = ?",
            *(state, self._closed(text.encode(), row.id, "answer") if text else b""),
            *(answered_at, expected, now, changed, row.id),
        )

    def rate(self, text: str, value: int, scale: int) -> FeedbackRow:
        """Keep what the citizen thinks of the answer, once, with its raw scale (QUE-10).

        Raises NotFoundError, NotAnsweredError, AnswerRatedError, BadPayloadError.
        """
        if value > scale:
            raise BadPayloadError(f"{value} is not on a scale of {scale}.")
        with self._store.transaction():
            row = self.by_code(text)
            if not row.state.closed:
                raise errors.NotAnsweredError
            if row.rating is not None:
                raise errors.AnswerRatedError
            sql = "UPDATE feedback SET rating = ?, rating_scale = ? WHERE id = ?"
            self._store.run(sql, value, scale, row.id)
            rated = FeedbackRated(feedback=row.id, value=value, scale=scale)
            self._store.journal.append(rated, self._clock.now())
            return self.known(row.id)

    def contents(self, row: FeedbackRow) -> NewFeedback | None:
        """Return what was written; None when it is not here any more, or not readable."""
        if row.held is Held.LEAVING:
            item = self._outbox.item(row.item)
            content = item.content if item else b""
        else:
            sealed = self._store.value("SELECT told FROM feedback WHERE id = ?", row.id)
            content = self._opened(sealed, row.id, "told")
        return msgspec.msgpack.decode(content, type=NewFeedback) if content else None

    def keep_here(self, row: FeedbackRow) -> None:
        """Answer it at this office: take it from the outbox, in the caller's transaction.

        Raises FeedbackElsewhereError when it was not given up there.
        """
        item = self._outbox.item(row.item) if row.held is Held.LEAVING else None
        sql = "DELETE FROM outbox WHERE id = ? AND given_up = 1"
        if item is None or not self._store.run(sql, row.item):
            raise errors.FeedbackElsewhereError
        self._store.run(
            "UPDATE feedback SET held = ?, item = '', told = ?, revision = revision + 1"
            " WHERE id = ?",
            *(Held.HERE, self._closed(item.content, row.id, "told"), row.id),
        )

    def forget(self) -> None:
        """Destroy what was written of what was answered long ago, and in the end all of it.

        What the province never answered goes as long after nobody asks for it any more.
        """
        config, first_kept = self.config, self._lived.first_kept
        with self._store.transaction():
            sql = f"UPDATE feedback SET told = x'' WHERE {ANSWERED_ON} < ? AND told <> x''"  # noqa: S608 - our own words
            self._store.run(sql, first_kept(config.contents_days))
            sql = f"DELETE FROM feedback WHERE {ANSWERED_ON} < ?"  # noqa: S608 - our own words
            self._store.run(sql, first_kept(config.keep_days))
            sql = (
                f"DELETE FROM feedback WHERE held = 'there' AND NOT {IS_CLOSED} AND {_SENT_ON} < ?"  # noqa: S608 - our own words
            )
            self._store.run(sql, first_kept(config.asks_for_days + config.keep_days))

    def rows(self, where: str, *values: object) -> list[FeedbackRow]:
        """Return rows, opened."""
        sql = f"SELECT {', '.join(_COLUMNS)} FROM feedback {where}"  # noqa: S608 - our own words
        return [
            self._row(dict(zip(_COLUMNS, row, strict=True)))
            for row in self._store.all(sql, *values)
        ]

    def _one(self, where: str, value: str) -> FeedbackRow:
        if rows := self.rows(where, value):
            return rows[0]
        raise errors.NotFoundError("There is no such feedback.")

    def _row(self, row: dict[str, Any]) -> FeedbackRow:
        row["answer"] = self._opened(row["answer"], row["id"], "answer").decode()
        return msgspec.convert(row, FeedbackRow, strict=False)

    def _new(self, wish: SendFeedback, category: CategoryConfig, photo: bytes) -> NewFeedback:
        text, place = _plain(wish.text), _plain(wish.place)
        if not text:
            raise BadPayloadError("Nothing was written.")
        known = next((one for one in self.config.places if one.name == place), None)
        point = (wish.lat, wish.long)
        if None in point:
            point = (known.lat, known.long) if known else (None, None)
        return NewFeedback(
            category=category.service_code,
            description=text,
            address=place or self._site_name,
            lat=point[0],
            long=point[1],
            attributes=tuple(category.answers.items()),
            name=_plain(wish.name),
            phone=wish.phone,
            public=wish.may_be_public,
            photos=(Photo(jpeg=photo),) if photo else (),
        )

    def _look_later(self, row: FeedbackRow) -> None:
        """Ask again later, ever more rarely: after a twentieth of its age."""
        now = self._clock.now()
        wait = min(max(self._pace(), (now - row.sent_at) / _AGE_SHARE), _RAREST_LOOK)
        self._store.run("UPDATE feedback SET look_at = ? WHERE id = ?", now + wait, row.id)

    def _pace(self) -> timedelta:
        return timedelta(seconds=self.config.look_every_s)

    def _kept_bytes(self) -> int:
        here = self._store.value("SELECT COALESCE(SUM(LENGTH(told)), 0) FROM feedback")
        sql = "SELECT COALESCE(SUM(LENGTH(sealed)), 0) FROM outbox WHERE kind = ?"
        return int(here) + int(self._store.value(sql, FEEDBACK))

    def _closed(self, content: bytes, feedback: str, part: str) -> bytes:
        return self._seal.close(content, f"feedback\0{feedback}\0{part}")

    def _opened(self, sealed: bytes, feedback: str, part: str) -> bytes:
        """Return the content; nothing of nothing, nor of what another key has sealed."""
        try:
            return self._seal.open(sealed, f"feedback\0{feedback}\0{part}") if sealed else b""
        except UnreadableError:
            return b""


def _plain(text: str) -> str:
    """Return the text in NFC without what cannot be printed, and no space around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in lines if letter == "\n" or letter.isprintable())
    return unicodedata.normalize("NFC", kept).strip()
