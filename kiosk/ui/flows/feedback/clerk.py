"""Who hands feedback to the counter server, asks for answers, and takes photos."""

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from devices.contract.errors import DeadlinePassedError, MotcuaError
from devices.scan.messages import Crop
from kiosk.api import errors
from kiosk.api.queue import Site
from kiosk.api.site_feedback import (
    AskFeedback,
    FeedbackLookup,
    FeedbackOffer,
    FeedbackTaken,
    RateAnswer,
    SendFeedback,
)
from kiosk.ui.asked import new_request_id
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect, EndSession, Event
from kiosk.ui.flows.feedback.answer_pages import (
    FeedbackRatingTold,
    FeedbackTold,
    FeedbackUntold,
    LookFeedbackUp,
    SendAnswerRating,
)
from kiosk.ui.flows.feedback.pages import (
    AboutFeedback,
    AskOffer,
    FeedbackNotOffered,
    FeedbackNotStored,
    FeedbackOffered,
    FeedbackPhotoMissing,
    FeedbackPhotoTaken,
    FeedbackStored,
    SendFeedbackDraft,
    ShootFeedbackPhoto,
    WipeFeedbackPhoto,
)
from kiosk.ui.link import CounterClient, CounterRefusedError, again
from kiosk.ui.scan_link import NotScannedError, ScanLink

_SEND_WITHIN_S, _ONE_TRY_S = 20.0, 8.0
_LOOK_WITHIN_S = 11.0  # the counter server waits for the system for 9 s
_CAMERA_WITHIN_S = 3.0
_REFUSALS = {
    errors.FeedbackFullError.code: AboutFeedback.FULL,
    "photo.bad": AboutFeedback.BAD_PHOTO,
}
_log = structlog.get_logger()


class FeedbackClerk:
    """Outcomes come back through `tell`. What is under way ends with the session."""

    def __init__(
        self,
        counter: CounterClient,
        tell: Callable[[Event], None],
        *,
        kiosk: str,
        scan: ScanLink | None = None,
        send_within_s: float = _SEND_WITHIN_S,
    ) -> None:
        self._counter = counter
        self._tell = tell
        self._kiosk = kiosk
        self._scan = scan
        self._send_within_s = send_within_s
        self._requests: dict[int, str] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._shooting = 0
        self._left = False  # something of a photo, on the camera's side
        self._session = 0

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        work: Job | None = None
        match effect:
            case AskOffer():
                work = self._offer(effect.ask)
            case SendFeedbackDraft():
                work = self._send(effect)
            case LookFeedbackUp():
                work = self._look_up(effect)
            case SendAnswerRating():
                work = self._rate(effect)
            case ShootFeedbackPhoto():
                work = self._shoot(effect.ask)
            case WipeFeedbackPhoto():
                self._left = self._shooting > 0
                return self._wipe()
            case EndSession():
                return self._end()
            case _:
                pass
        return self._in_session(work, self._session) if work else None

    async def _in_session(self, work: Job, session: int) -> None:
        if session != self._session:  # it ended before this began
            work.close()
            return
        task = asyncio.current_task()
        if task:
            self._under_way.add(task)
        try:
            await work
        finally:
            if task:
                self._under_way.discard(task)

    def _end(self) -> Job | None:
        """Forget whose feedback it was; what is under way is given up, photos are wiped."""
        self._requests.clear()
        self._session += 1
        for task in self._under_way:
            task.cancel()
        left, self._left = self._left, False
        return self._wipe() if left else None

    async def _offer(self, ask: int) -> None:
        try:
            offer, camera = await asyncio.gather(
                self._counter.ask("GET", "/api/feedback", FeedbackOffer), self._has_camera()
            )
        except MotcuaError as error:
            _log.warning("feedback.not_offered", code=error.code)
            self._tell(FeedbackNotOffered(ask=ask))
            return
        self._tell(FeedbackOffered(ask=ask, offer=offer, takes_photos=camera))

    async def _has_camera(self) -> bool:
        if self._scan is None:
            return False
        try:
            async with asyncio.timeout(_CAMERA_WITHIN_S):
                await self._scan.preview()
                await self._scan.wipe()
        except (NotScannedError, TimeoutError):
            return False
        return True

    async def _send(self, effect: SendFeedbackDraft) -> None:
        draft = effect.draft
        wish = SendFeedback(
            request=self._requests.setdefault(draft.ask, new_request_id()),
            kiosk=self._kiosk,
            category=draft.category,
            text=draft.text,
            place=draft.place,
            photo=draft.photo,
            name=draft.name,
            phone=draft.phone,
            may_be_public=draft.may_be_public,
            language=effect.language,
        )
        about = AboutFeedback.REFUSED
        try:
            taken = await again(
                lambda: self._counter.ask(
                    "POST", "/api/feedback", FeedbackTaken, wish, within_s=_ONE_TRY_S
                ),
                self._send_within_s,
            )
        except DeadlinePassedError:
            about = AboutFeedback.NOT_SURE
        except CounterRefusedError as error:
            about = _REFUSALS.get(error.problem.code, AboutFeedback.REFUSED)
            _log.warning("feedback.refused", code=error.problem.code)
        else:
            self._tell(FeedbackStored(ask=draft.ask, taken=taken))
            return
        self._tell(FeedbackNotStored(ask=draft.ask, about=about))

    async def _look_up(self, effect: LookFeedbackUp) -> None:
        about = AboutFeedback.NO_ANSWER
        try:
            told = await self._counter.ask(
                *("POST", "/api/feedback/look", FeedbackLookup, AskFeedback(code=effect.code)),
                within_s=_LOOK_WITHIN_S,
            )
        except CounterRefusedError as error:
            about = AboutFeedback.UNKNOWN if error.missing else AboutFeedback.NO_ANSWER
        except MotcuaError as error:
            _log.warning("feedback.no_answer", code=error.code)
        else:
            self._tell(FeedbackTold(ask=effect.ask, told=told))
            return
        self._tell(FeedbackUntold(ask=effect.ask, about=about))

    async def _rate(self, effect: SendAnswerRating) -> None:
        rate = RateAnswer(code=effect.code, value=effect.value, scale=effect.scale)
        about = AboutFeedback.THANKS
        try:
            await self._counter.ask("POST", "/api/feedback/rating", FeedbackLookup, rate)
        except CounterRefusedError as error:
            already = error.problem.code == errors.AnswerRatedError.code
            about = AboutFeedback.RATED if already else AboutFeedback.NO_ANSWER
        except MotcuaError:
            about = AboutFeedback.NO_ANSWER
        self._tell(FeedbackRatingTold(ask=effect.ask, about=about))

    async def _shoot(self, ask: int) -> None:
        if self._scan is None:
            self._tell(FeedbackPhotoMissing(ask=ask))
            return
        self._left = True
        self._shooting += 1
        try:
            captured = await self._scan.capture(Crop.EVERYTHING)
        except NotScannedError:
            self._tell(FeedbackPhotoMissing(ask=ask))
        else:
            self._tell(FeedbackPhotoTaken(ask=ask, photo=captured.picture))
        finally:
            self._shooting -= 1

    async def _wipe(self) -> None:
        if self._scan:
            with contextlib.suppress(NotScannedError):  # the next scan overwrites it first
                await self._scan.wipe()
