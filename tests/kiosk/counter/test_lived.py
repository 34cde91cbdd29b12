"""What the site keeps by days outlives a clock that is wrong, and goes when its days are over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from devices.contract.clock import local_day
from kiosk.api.bookings import Appointment, AppointmentState
from kiosk.api.check_in import CameByAppointment
from kiosk.api.errors import NotFoundError
from kiosk.api.payments import Fee, FeeState
from kiosk.api.site_feedback import SendFeedback
from kiosk.backoffice.sealing import seal_of
from kiosk.counter.appointments.arrivals import Arrivals
from kiosk.counter.feedback.desk import FeedbackDesk
from kiosk.counter.fees.book import FeeBook
from kiosk.counter.lived import LivedDays, first_of_latest
from kiosk.domain.feedback import FeedbackState
from tests.kiosk.counter.feedback import TEXT, box_of, feedback_config
from tests.kiosk.counter.site import MONDAY, Desk, live_through
from tests.kiosk.counter.site import opened as opened_desk

YEARS = timedelta(days=7305)
TODAY = MONDAY.date()


class Kept:
    """A site that has given a number by appointment, shown a fee, answered feedback, and called."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self.desk, self.clock = desk, desk.clock
        store, clock = desk.store, desk.clock
        outbox = store.outbox(seal_of(folder / "key"), clock, lambda *_: None)
        self.box = box_of(folder, store, outbox, clock, connected=False)
        self.book = FeeBook(store, clock, keep_days=desk.config.keep_days)
        self.arrivals = Arrivals(store, desk.tickets, outbox, LivedDays(store, clock), site="a")
        self.officers = FeedbackDesk(self.box, store, outbox, clock)

    def live(self) -> None:
        """Let the site do on this day what is to be kept."""
        self.desk.day.end_earlier()
        self.desk.store.add_session("hash", "1", TODAY, 3)
        self.look("A")
        begins = self.clock.now() + timedelta(minutes=5)
        appointment = Appointment(
            code="1307-048213",
            service="ho-tich",
            service_names={"vi": "Hộ tịch"},
            day=TODAY,
            begins_at=begins,
            ends_at=begins,
            state=AppointmentState.BOOKED,
        )
        came = CameByAppointment(kiosk="kiosk-1")
        self.arrivals.give(appointment, "ho-tich", came, late=False)
        self.desk.next("1")
        wish = SendFeedback(request="r", kiosk="kiosk-1", category="den-duong", text=TEXT)
        self.feedback = self.box.take(wish, b"").id
        self.officers.answer(self.feedback, 0, FeedbackState.DONE, "Đã thay đèn.")

    def look(self, reference: str) -> None:
        fee = Fee(
            dossier="d",
            amount_vnd=8000,
            reference=reference,
            state=FeeState.PENDING,
            asked_at=self.clock.now(),
        )
        self.book.told([fee])

    def tidy(self) -> None:
        """Let every room forget what its days are over of."""
        self.desk.day.end_earlier()
        self.look("B")
        self.arrivals.forget()
        self.box.forget()

    def there(self) -> set[str]:
        """Return what is still there of that day."""
        store = self.desk.store
        with_contents = self.box.contents(self.box.known(self.feedback)) is not None
        return {
            name
            for name, kept in {
                "fee": any(fee.reference == "A" for fee in self.book.of_day(TODAY)),
                "arrival": self.arrivals.known("1307-048213", TODAY),
                "what was written": with_contents,
                "session": store.session("hash", TODAY),
                "call": store.latest_calls(TODAY, 1),
            }.items()
            if kept
        }


@contextmanager
def kept_in(folder: Path) -> Iterator[Kept]:
    with opened_desk(folder) as desk:
        kept = Kept(folder, desk)
        kept.live()
        yield kept


@pytest.mark.parametrize("ahead", [timedelta(days=7), YEARS])
def test_a_clock_that_is_ahead_for_a_minute_takes_nothing_with_it(
    tmp_path: Path, ahead: timedelta
) -> None:
    with kept_in(tmp_path) as kept:
        everything = kept.there()
        assert len(everything) == 5
        for _ in range(3):
            kept.clock.set(MONDAY + ahead)
            kept.tidy()
            kept.clock.set(MONDAY)
            kept.tidy()
        assert kept.there() == everything


def test_what_was_lived_through_is_forgotten_also_after_the_clock_was_wrong(
    tmp_path: Path,
) -> None:
    with kept_in(tmp_path) as kept:
        for away in (YEARS, -YEARS, timedelta()):
            kept.clock.set(MONDAY + away)
            kept.tidy()
        live_through(tmp_path, kept.clock, 8)
        kept.tidy()
        assert kept.there() == {"fee", "what was written"}
        live_through(tmp_path, kept.clock, feedback_config().contents_days - 8)
        kept.tidy()
        assert kept.there() == set()
        live_through(tmp_path, kept.clock, feedback_config().keep_days)
        kept.tidy()
        with pytest.raises(NotFoundError):
            kept.box.known(kept.feedback)


@pytest.mark.parametrize(
    ("days", "lived", "first"),
    [
        (1, (), 0),
        (3, (1, 2, 3), 2),
        (3, (7,), 2),  # closed for a week
        (3, (8, 9), 9),  # the clock jumped, or the site was closed: one day
        (8, (7305, 7306), None),  # too few were lived
    ],
)
def test_days_are_counted_as_they_were_lived(
    days: int, lived: tuple[int, ...], first: int | None
) -> None:
    today = local_day(MONDAY)
    before = [today - timedelta(days=ago) for ago in lived]
    expected = date.min if first is None else today - timedelta(days=first)
    assert first_of_latest(days, today, before) == expected
