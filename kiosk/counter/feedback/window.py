"""Feedback as the room's routes ask for it: each thing on its own thread."""

from devices.runtime.worker import Worker
from kiosk.api import errors
from kiosk.api.site_feedback import (
    MOST_PHOTO_BYTES,
    FeedbackCategory,
    FeedbackLookup,
    FeedbackOffer,
    FeedbackTaken,
    RateAnswer,
    SendFeedback,
)
from kiosk.backoffice.photos import drawn_anew
from kiosk.counter.feedback.answers import Answers
from kiosk.counter.feedback.box import FeedbackBox
from kiosk.counter.feedback.desk import FeedbackDesk
from kiosk.counter.feedback.telling import taken, told
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import BackOffice

_LONGEST_PX = 1280


class FeedbackWindow:
    """The room. `pictures` is a thread that draws photos anew, so that no queue waits for them."""

    def __init__(
        self,
        site: LiveSite,
        office: BackOffice,
        box: FeedbackBox,
        desk: FeedbackDesk,
        pictures: Worker,
    ) -> None:
        self.site = site
        self.office = office
        self.box = box
        self.desk = desk
        self.answers = Answers(site, office, box)
        self._pictures = pictures

    async def offer(self) -> FeedbackOffer:
        """Return what a kiosk shows before a citizen begins."""
        config, now = self.box.config, self.site.clock.now()
        return FeedbackOffer(
            categories=tuple(
                FeedbackCategory(
                    id=one.id, names=one.names, icon=one.icon, due=self.box.due(one, now)
                )
                for one in config.categories
            ),
            places=tuple(place.name for place in config.places),
            connected=self.box.connected,
            contents_days=config.contents_days,
            rating_scale=config.rating_scale,
        )

    async def take(self, wish: SendFeedback) -> FeedbackTaken:
        """Keep feedback.

        Raises BadPhotoError, RequestReusedError, NotFoundError, FeedbackFullError,
        BadPayloadError, BusyError, StorageError.
        """
        photo = await self._pictures.do(_drawn, wish.photo) if wish.photo else b""
        row = await self.site.change(self.box.take, wish, photo)
        self.office.nudge()
        self.tell()
        return taken(row, self.box.config)

    async def rate(self, rate: RateAnswer) -> FeedbackLookup:
        """Keep a rating of an answer.

        Raises NotFoundError, NotAnsweredError, AnswerRatedError, BadPayloadError, StorageError.
        """
        row = await self.site.change(self.box.rate, rate.code, rate.value, rate.scale)
        self.tell()
        return told(row, self.box.config, self.site.clock.now())

    def reads(self, counter: str) -> None:
        """Raise FeedbackNotOursError where a counter's officers do not read feedback."""
        if self.box.config.read_at and counter not in self.box.config.read_at:
            raise errors.FeedbackNotOursError

    def tell(self) -> None:
        """Tell the officers' pages that something changed; what, they have to ask."""
        self.site.hub.tell("feedback", "{}")


def _drawn(photo: bytes) -> bytes:
    return drawn_anew(photo, most_bytes=MOST_PHOTO_BYTES, longest_px=_LONGEST_PX)
