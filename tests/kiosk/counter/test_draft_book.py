"""The book of drafts over days: what is counted of today, and what of an accepted one waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from kiosk.backoffice.outbox import Outbox
from kiosk.backoffice.sealing import Seal
from kiosk.backoffice.systems import DOSSIER
from kiosk.counter.drafts.book import DraftBook
from kiosk.counter.drafts.config import DraftsConfig
from kiosk.counter.drafts.rows import DraftRow, SentDraft
from kiosk.counter.drafts.shelf import Shelf
from tests.kiosk.counter import site
from tests.kiosk.counter.drafting import KIOSK, new_request


class Book:
    """A book of a Monday, its queue and its outbox."""

    def __init__(self, desk: site.Desk, config: DraftsConfig) -> None:
        self.clock = desk.clock
        self.outbox: Outbox = desk.store.outbox(Seal(bytes(32)), desk.clock, lambda *_: None)
        self.drafts = DraftBook(config, desk.store, desk.tickets, self.outbox, desk.clock)

    def receive(self) -> DraftRow:
        request = new_request()
        sent = SentDraft(
            kiosk=KIOSK,
            request=request,
            key="k",
            service="ho-tich",
            procedure="1.001193",
            papers=0,
            language="vi",
        )
        return self.drafts.receive(request, sent)


@contextmanager
def opened(folder: Path, config: DraftsConfig) -> Iterator[Book]:
    with site.opened(folder) as desk:
        yield Book(desk, config)


def test_what_midnight_ends_is_counted_on_the_day_that_begins(tmp_path: Path) -> None:
    with opened(tmp_path, DraftsConfig()) as book:
        book.receive()
        assert book.drafts.figures()["drafts_expired_today"] == 0
        book.clock.set(site.MONDAY.replace(hour=0) + timedelta(days=1))
        assert len(book.drafts.expire()) == 1
        assert book.drafts.figures()["drafts_expired_today"] == 1
        book.clock.move(timedelta(days=1))
        assert book.drafts.figures()["drafts_expired_today"] == 0


def test_what_is_accepted_after_midnight_is_of_that_day(tmp_path: Path) -> None:
    with opened(tmp_path, DraftsConfig(keep_min=1440)) as book:
        row = book.receive()
        book.clock.move(timedelta(hours=20))
        book.drafts.accept(row.id, "1", None)
        assert [one.draft.id for one in book.drafts.accepted_today()] == [row.id]
        assert book.drafts.figures()["drafts_accepted_today"] == 1


def test_an_accepted_draft_is_found_however_much_waits_for_the_province(tmp_path: Path) -> None:
    with opened(tmp_path, DraftsConfig()) as book:
        for at in range(201):
            book.outbox.put(DOSSIER, f"TAM-OTHER-261123-{at:04d}", b"x")
        row = book.receive()
        book.drafts.accept(row.id, "1", b"content")
        (one,) = book.drafts.accepted_today()
        assert one.waits is not None
        assert one.waits.subject == row.local_code


def test_a_shelf_tells_and_destroys_whole_parcels_and_halves(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_bytes=100, most_waiting_bytes=1000)
    (tmp_path / "half.coming").write_bytes(b"what a killed process left")
    whole = shelf.new("whole")
    whole.write(b"secret")
    whole.keep()
    assert shelf.names() == {"half", "whole"}
    for name in shelf.names():
        shelf.destroy(name)
    assert list(tmp_path.iterdir()) == []
