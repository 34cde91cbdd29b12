"""The clerk of feedback and a real counter server: sent once, whatever the line does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from kiosk.counter.config import CounterConfig
from kiosk.ui.clerk import BackRoom
from kiosk.ui.config import CounterLinkConfig
from kiosk.ui.events import AnyEffect, EndSession, Event
from kiosk.ui.flows.feedback.answer_pages import (
    FeedbackRatingTold,
    FeedbackTold,
    FeedbackUntold,
    LookFeedbackUp,
    SendAnswerRating,
)
from kiosk.ui.flows.feedback.clerk import FeedbackClerk
from kiosk.ui.flows.feedback.pages import (
    AboutFeedback,
    AskOffer,
    FeedbackDraft,
    FeedbackNotOffered,
    FeedbackNotStored,
    FeedbackOffered,
    FeedbackPhotoMissing,
    FeedbackStored,
    SendFeedbackDraft,
    ShootFeedbackPhoto,
)
from kiosk.ui.link import CounterClient
from tests.kiosk.counter.feedback import events
from tests.kiosk.counter.site import running, sample_config
from tests.kiosk.ui.feedback import CODE, PHOTO, WRITTEN

E = TypeVar("E")


class Room:
    """A back room with the one clerk, and what it told."""

    def __init__(self, back_room: BackRoom, told: asyncio.Queue[Event]) -> None:
        self._back_room = back_room
        self._told = told

    async def do(self, effect: AnyEffect, kind: Callable[..., E]) -> E:
        """Have it done; return what came of it, which is of this kind."""
        self._back_room.do(effect, None)
        async with asyncio.timeout(20):
            told: Any = await self._told.get()
        assert type(told) is kind, told
        return told  # type: ignore[no-any-return]  # its type was just looked at

    def begin(self, effect: AnyEffect) -> None:
        """Have it done, and wait for nothing."""
        self._back_room.do(effect, None)

    def end(self) -> None:
        self._back_room.do(EndSession(), None)

    def told(self) -> int:
        return self._told.qsize()


@asynccontextmanager
async def back_room(config: CounterConfig, within_s: float = 15.0) -> AsyncIterator[Room]:
    """Yield a clerk's room; the counter server runs or not."""
    told: asyncio.Queue[Event] = asyncio.Queue()
    link = CounterLinkConfig(url=f"http://127.0.0.1:{config.http.port}")
    async with CounterClient(link, "kiosk-1") as client:
        clerk = FeedbackClerk(client, told.put_nowait, kiosk="kiosk-1", send_within_s=within_s)
        rooms = BackRoom((clerk,))
        life = asyncio.create_task(rooms.run())
        try:
            yield Room(rooms, told)
        finally:
            life.cancel()


def draft(**changes: Any) -> SendFeedbackDraft:
    return SendFeedbackDraft(draft=replace(WRITTEN, **changes), language="vi")


async def test_what_is_offered_is_sent_followed_and_told(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    async with running(config), back_room(config) as room:
        offered = await room.do(AskOffer(), FeedbackOffered)
        assert [one.id for one in offered.offer.categories][1] == "den-duong"
        assert not offered.takes_photos, "this box has no camera"
        stored = await room.do(draft(photo=PHOTO), FeedbackStored)
        again = await room.do(draft(photo=PHOTO), FeedbackStored)
        assert (again.ask, again.taken) == (stored.ask, stored.taken)
        code = stored.taken.code
        told = await room.do(LookFeedbackUp(code=code), FeedbackTold)
        assert (told.asked, told.told.code) == (code, code)
        rating = SendAnswerRating(code=code, value=3, scale=3)
        assert (await room.do(rating, FeedbackRatingTold)).about is AboutFeedback.NO_ANSWER
        unknown = await room.do(LookFeedbackUp(code=CODE), FeedbackUntold)
        assert unknown.about is AboutFeedback.UNKNOWN
        assert (await room.do(ShootFeedbackPhoto(), FeedbackPhotoMissing)) is not None
    assert len(events(tmp_path)) == 1


async def test_a_server_that_is_away_is_told_and_the_next_try_is_the_same_request(
    tmp_path: Path,
) -> None:
    config = sample_config(tmp_path)
    async with back_room(config, within_s=0.5) as room:
        await room.do(AskOffer(), FeedbackNotOffered)
        lost = await room.do(draft(), FeedbackNotStored)
        assert (lost.ask, lost.about) == (WRITTEN.ask, AboutFeedback.NOT_SURE)
    async with back_room(config) as room:
        room.end()  # of nobody's session: nothing is under way
        asking = asyncio.create_task(room.do(draft(), FeedbackStored))
        await asyncio.sleep(0)
        async with running(config):
            await asking
            await room.do(draft(), FeedbackStored)
    assert len(events(tmp_path)) == 1


async def test_another_citizens_feedback_is_another_request(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    async with running(config), back_room(config) as room:
        first = await room.do(draft(), FeedbackStored)
        room.end()
        second = await room.do(draft(text="Chuyện khác"), FeedbackStored)
        assert first.taken.code != second.taken.code


async def test_refusals_are_named(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    async with running(config), back_room(config) as room:
        bad = await room.do(draft(photo=b"no picture"), FeedbackNotStored)
        assert bad.about is AboutFeedback.BAD_PHOTO
        strange = await room.do(draft(ask=2, category="la"), FeedbackNotStored)
        assert strange.about is AboutFeedback.REFUSED


async def test_what_is_under_way_ends_with_the_session(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    async with back_room(config) as room:
        room.begin(draft())
        room.end()
        room.begin(draft())
        for _ in range(50):  # turns of the loop: by now the second one is on its way
            await asyncio.sleep(0)
        room.end()
        async with running(config):
            stored = await room.do(draft(ask=2, text="Của người sau"), FeedbackStored)
            assert stored.ask == 2
            assert room.told() == 0, "nobody is told of those before"
    assert len(events(tmp_path)) == 1


def test_a_draft_shows_nothing_of_itself() -> None:
    assert isinstance(WRITTEN, FeedbackDraft)
    assert "Nguyễn" not in repr(draft())
