"""The clerk of feedback and a real counter server: sent once, whatever the line does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from devices.camera.paper import PaperFormat
from devices.scan.messages import Crop
from kiosk.counter.config import CounterConfig
from kiosk.ui.clerk import BackRoom
from kiosk.ui.config import CounterLinkConfig
from kiosk.ui.events import AnyAction, AnyEffect, Back, EndSession, Event
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
    EditFeedbackPart,
    FeedbackDraft,
    FeedbackNotOffered,
    FeedbackNotStored,
    FeedbackOffered,
    FeedbackPart,
    FeedbackPhoto,
    FeedbackPhotoMissing,
    FeedbackPhotoTaken,
    FeedbackStored,
    SendFeedbackDraft,
    ShootFeedbackPhoto,
    TakeFeedbackPhoto,
    WipeFeedbackPhoto,
)
from kiosk.ui.link import CounterClient
from kiosk.ui.scan_link import CapturedPage, ScanLink
from tests.kiosk.counter.feedback import events
from tests.kiosk.counter.site import running, sample_config
from tests.kiosk.ui.feedback import CODE, PHOTO, WRITTEN
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import open_state

E = TypeVar("E")


class Camera(ScanLink):
    """The camera's side: takes when the test says so, and keeps what it took until the wipe."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.wipes = 0
        self._held: list[asyncio.Future[bytes]] = []

    async def capture(self, crop: Crop = Crop.PAGE) -> CapturedPage:
        """Wait until it is taken."""
        del crop
        held = asyncio.get_running_loop().create_future()
        self._held.append(held)
        picture = await held
        self.kept.append(picture)
        paper, pages = PaperFormat.OTHER, len(self.kept)
        return CapturedPage(page=f"{pages}", picture=picture, paper=paper, flaws=(), pages=pages)

    def takes(self, ask: int, picture: bytes) -> None:
        """Answer one of the captures, counted from 1."""
        self._held[ask - 1].set_result(picture)

    async def wipe(self) -> None:
        """Keep nothing."""
        self.kept.clear()
        self.wipes += 1


async def settled() -> None:
    """Let everything go on that can: turns of the loop."""
    for _ in range(20):
        await asyncio.sleep(0)


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

    async def comes(self) -> Event:
        """Wait for what is told next."""
        async with asyncio.timeout(20):
            return await self._told.get()

    def end(self) -> None:
        self._back_room.do(EndSession(), None)

    def told(self) -> int:
        return self._told.qsize()


@asynccontextmanager
async def back_room(
    config: CounterConfig, within_s: float = 15.0, scan: ScanLink | None = None
) -> AsyncIterator[Room]:
    """Yield a clerk's room; the counter server runs or not."""
    told: asyncio.Queue[Event] = asyncio.Queue()
    link = CounterLinkConfig(url=f"http://127.0.0.1:{config.http.port}")
    async with CounterClient(link, "kiosk-1") as client:
        clerk = FeedbackClerk(
            client, told.put_nowait, kiosk="kiosk-1", scan=scan, send_within_s=within_s
        )
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
        offered = await room.do(AskOffer(ask=1), FeedbackOffered)
        assert [one.id for one in offered.offer.categories][1] == "den-duong"
        assert not offered.takes_photos, "this box has no camera"
        stored = await room.do(draft(photo=PHOTO), FeedbackStored)
        again = await room.do(draft(photo=PHOTO), FeedbackStored)
        assert (again.ask, again.taken) == (stored.ask, stored.taken)
        code = stored.taken.code
        told = await room.do(LookFeedbackUp(ask=2, code=code), FeedbackTold)
        assert (told.ask, told.told.code) == (2, code)
        rating = SendAnswerRating(ask=3, code=code, value=3, scale=3)
        assert (await room.do(rating, FeedbackRatingTold)).about is AboutFeedback.NO_ANSWER
        unknown = await room.do(LookFeedbackUp(ask=4, code=CODE), FeedbackUntold)
        assert unknown.about is AboutFeedback.UNKNOWN
        assert (await room.do(ShootFeedbackPhoto(ask=5), FeedbackPhotoMissing)).ask == 5
    assert len(events(tmp_path)) == 1


async def test_a_server_that_is_away_is_told_and_the_next_try_is_the_same_request(
    tmp_path: Path,
) -> None:
    config = sample_config(tmp_path)
    async with back_room(config, within_s=0.5) as room:
        await room.do(AskOffer(ask=1), FeedbackNotOffered)
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


async def test_a_photo_that_came_after_a_wipe_is_wiped_with_the_session(tmp_path: Path) -> None:
    camera = Camera()
    async with back_room(sample_config(tmp_path), scan=camera) as room:
        room.begin(ShootFeedbackPhoto(ask=1))
        room.begin(ShootFeedbackPhoto(ask=2))
        await settled()
        camera.takes(1, b"first")
        assert await room.comes() == FeedbackPhotoTaken(ask=1, photo=b"first")
        room.begin(WipeFeedbackPhoto())
        await settled()
        camera.takes(2, b"second")
        assert await room.comes() == FeedbackPhotoTaken(ask=2, photo=b"second")
        assert camera.kept == [b"second"], "the control: it is there"
        room.end()
        await settled()
        assert camera.kept == []
        wipes = camera.wipes
        room.end()
        await settled()
        assert camera.wipes == wipes, "there is nothing left to wipe"


async def test_a_photo_nobody_waits_for_is_wiped_unless_the_next_is_being_taken(
    tmp_path: Path,
) -> None:
    camera, play = Camera(), Play(replace(open_state(), page=FeedbackPhoto(draft=WRITTEN)))

    async def does(*actions: AnyAction, hears: Event | None = None) -> None:
        before = len(play.effects)
        play.touch(*actions)
        if hears:
            play.hear(hears)
        for effect in play.effects[before:]:
            room.begin(effect)
        await settled()

    async with back_room(sample_config(tmp_path), scan=camera) as room:
        await does(TakeFeedbackPhoto(), Back(), EditFeedbackPart(what=FeedbackPart.PHOTO))
        await does(TakeFeedbackPhoto())
        camera.takes(1, b"first")
        await does(hears=await room.comes())
        assert (camera.kept, camera.wipes) == ([b"first"], 0), "the second one is under way"
        camera.takes(2, b"second")
        await does(hears=await room.comes())
        assert isinstance(play.state.page, FeedbackPhoto)
        assert play.state.page.draft.photo == b"second"
        assert (camera.kept, camera.wipes) == ([], 1)
        await does(TakeFeedbackPhoto(), Back())
        camera.takes(3, b"third")
        await does(hears=await room.comes())
        assert (camera.kept, camera.wipes) == ([], 2)


def test_a_draft_shows_nothing_of_itself() -> None:
    assert isinstance(WRITTEN, FeedbackDraft)
    assert "Nguyễn" not in repr(draft())
