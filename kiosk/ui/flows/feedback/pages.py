"""Writing feedback: pages, touches, answers, wishes. Following it is in `answer_pages`."""

from enum import StrEnum

from kiosk.api.site_feedback import (
    LONGEST_NAME,
    LONGEST_PLACE,
    LONGEST_TEXT,
    FeedbackOffer,
    FeedbackTaken,
)
from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.keyboard.keys import Method
from kiosk.ui.keyboard.syllable import ToneStyle
from kiosk.ui.keyboard.typing import Typing

LONGEST = {"text": LONGEST_TEXT, "place": LONGEST_PLACE, "name": LONGEST_NAME, "phone": 15}
PHONE_DIGITS = 9
"""A phone number has no fewer."""


class AboutFeedback(StrEnum):
    """What a passing note of this flow is about."""

    NO_ANSWER = "no_answer"
    NOT_SURE = "not_sure"
    FULL = "full"
    REFUSED = "refused"
    BAD_PHOTO = "bad_photo"
    NO_PHOTO = "no_photo"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"
    NOTHING_WRITTEN = "nothing_written"
    SHORT_PHONE = "short_phone"
    THANKS = "thanks"
    RATED = "rated"


class FeedbackDraft(Fact, frozen=True, kw_only=True):
    """What is being written.

    `ask` names the one sending it will ever be; once `tried`, nobody knows whether the server has
    it, and nothing of it changes any more. `whole`: the citizen has come to its end once.
    """

    offer: FeedbackOffer
    takes_photos: bool = False
    ask: int
    category: str = ""
    text: str = ""
    place: str = ""
    method: Method = Method.SIGNS
    tone_style: ToneStyle = "old"
    photo: bytes = b""
    name: str = ""
    phone: str = ""
    may_be_public: bool = False
    whole: bool = False
    tried: bool = False

    def __repr__(self) -> str:
        """Say nothing of what a citizen writes."""
        return "FeedbackDraft(...)"


class FeedbackDoor(Page, frozen=True, kw_only=True):
    """Something new, or an answer. `asked` while the counter server says what may be told.

    `ask` numbers the question, 0 while there is none.
    """

    ask: int = 0

    @property
    def asked(self) -> bool:
        """Whether the answer is waited for."""
        return self.ask != 0


class _Writing(Page, frozen=True, kw_only=True):
    """Base of the pages on which something is written."""

    draft: FeedbackDraft


class FeedbackNotice(_Writing, frozen=True, kw_only=True):
    """What is kept, by when it is answered, and that nobody must say who they are."""


class FeedbackAbout(_Writing, frozen=True, kw_only=True):
    """What it is about, from the `first` on."""

    first: int = 0


class FeedbackMethod(_Writing, frozen=True, kw_only=True):
    """How the citizen types."""


class FeedbackText(_Writing, frozen=True, kw_only=True):
    """The words."""

    typing: Typing


class FeedbackPlaces(_Writing, frozen=True, kw_only=True):
    """Where it is, from the `first` of the commune's places on."""

    first: int = 0


class FeedbackPlace(_Writing, frozen=True, kw_only=True):
    """Where is it, in words."""

    typing: Typing


class FeedbackPhoto(_Writing, frozen=True, kw_only=True):
    """A photo under the camera; `asked` while it is taken.

    `ask` numbers the wish for one, 0 while there is none.
    """

    ask: int = 0

    @property
    def asked(self) -> bool:
        """Whether a photo is waited for."""
        return self.ask != 0


class FeedbackContact(_Writing, frozen=True, kw_only=True):
    """Whether to leave a name."""


class FeedbackName(_Writing, frozen=True, kw_only=True):
    """The name."""

    typing: Typing


class FeedbackPhone(_Writing, frozen=True, kw_only=True):
    """The phone number."""

    typing: Typing


class FeedbackReview(_Writing, frozen=True, kw_only=True):
    """All of it, and the way to send it. `asked` while the server takes it."""

    part: int = 0
    asked: bool = False


class FeedbackEdit(_Writing, frozen=True, kw_only=True):
    """What shall be changed, from the `first` on."""

    first: int = 0


class FeedbackDone(Page, frozen=True, kw_only=True):
    """It is taken: the code."""

    taken: FeedbackTaken


AnyPage = (
    FeedbackDoor
    | FeedbackNotice
    | FeedbackAbout
    | FeedbackMethod
    | FeedbackText
    | FeedbackPlaces
    | FeedbackPlace
    | FeedbackPhoto
    | FeedbackContact
    | FeedbackName
    | FeedbackPhone
    | FeedbackReview
    | FeedbackEdit
    | FeedbackDone
)


class OpenFeedback(Action, frozen=True, kw_only=True):
    """I have something to say, or want the answer."""


class StartFeedback(Action, frozen=True, kw_only=True):
    """I have something to say."""


class GoOnFeedback(Action, frozen=True, kw_only=True):
    """I have read it, or leave this out: go on."""


class ShowFeedbackRows(Action, frozen=True, kw_only=True):
    """Show the list from this one on."""

    first: int


class ShowFeedbackPart(Action, frozen=True, kw_only=True):
    """Show this part."""

    part: int


class SetFeedbackCategory(Action, frozen=True, kw_only=True):
    """It is about this."""

    category: str


class SetTypingMethod(Action, frozen=True, kw_only=True):
    """I type like this."""

    method: Method


class SetFeedbackPlace(Action, frozen=True, kw_only=True):
    """It is here."""

    place: str


class TypeFeedbackPlace(Action, frozen=True, kw_only=True):
    """It is elsewhere."""


class TakeFeedbackPhoto(Action, frozen=True, kw_only=True):
    """Take a photo of what lies there."""


class DropFeedbackPhoto(Action, frozen=True, kw_only=True):
    """Without this photo."""


class GiveMyName(Action, frozen=True, kw_only=True):
    """I want to say who I am."""


class StayNameless(Action, frozen=True, kw_only=True):
    """I do not want to say who I am."""


class ToggleFeedbackPublic(Action, frozen=True, kw_only=True):
    """Others may read it, or not."""


class EditFeedback(Action, frozen=True, kw_only=True):
    """I want to change something."""


class FeedbackPart(StrEnum):
    """What can be changed."""

    CATEGORY = "category"
    TEXT = "text"
    PLACE = "place"
    PHOTO = "photo"
    SENDER = "sender"


class EditFeedbackPart(Action, frozen=True, kw_only=True):
    """This."""

    what: FeedbackPart


class SendFeedbackNow(Action, frozen=True, kw_only=True):
    """Send it."""


class PrintFeedbackCode(Action, frozen=True, kw_only=True):
    """Put the code on paper."""


AnyAction = (
    OpenFeedback
    | StartFeedback
    | GoOnFeedback
    | ShowFeedbackRows
    | ShowFeedbackPart
    | SetFeedbackCategory
    | SetTypingMethod
    | SetFeedbackPlace
    | TypeFeedbackPlace
    | TakeFeedbackPhoto
    | DropFeedbackPhoto
    | GiveMyName
    | StayNameless
    | ToggleFeedbackPublic
    | EditFeedback
    | EditFeedbackPart
    | SendFeedbackNow
    | PrintFeedbackCode
)


class FeedbackOffered(Fact, frozen=True, kw_only=True):
    """What may be told here; `takes_photos` where the box has a camera."""

    ask: int
    offer: FeedbackOffer
    takes_photos: bool


class FeedbackNotOffered(Fact, frozen=True, kw_only=True):
    """The counter server does not say."""

    ask: int


class FeedbackPhotoTaken(Fact, frozen=True, kw_only=True):
    """A photo, JPEG."""

    ask: int
    photo: bytes

    def __repr__(self) -> str:
        """Say nothing of the picture."""
        return "FeedbackPhotoTaken(...)"


class FeedbackPhotoMissing(Fact, frozen=True, kw_only=True):
    """There is no photo."""

    ask: int


class FeedbackStored(Fact, frozen=True, kw_only=True):
    """The server has it."""

    ask: int
    taken: FeedbackTaken


class FeedbackNotStored(Fact, frozen=True, kw_only=True):
    """The server refused it, or did not answer in time and may have it all the same."""

    ask: int
    about: AboutFeedback


AnyEvent = (
    FeedbackOffered
    | FeedbackNotOffered
    | FeedbackPhotoTaken
    | FeedbackPhotoMissing
    | FeedbackStored
    | FeedbackNotStored
)


class AskOffer(Effect, frozen=True, kw_only=True):
    """Ask the counter server what may be told here."""

    ask: int


class ShootFeedbackPhoto(Effect, frozen=True, kw_only=True):
    """Take a picture of what lies under the camera."""

    ask: int


class WipeFeedbackPhoto(Effect, frozen=True, kw_only=True):
    """Have what the camera took overwritten."""


class SendFeedbackDraft(Effect, frozen=True, kw_only=True):
    """Hand it to the counter server, as the one request that `draft.ask` is."""

    draft: FeedbackDraft
    language: str


AnyEffect = AskOffer | ShootFeedbackPhoto | WipeFeedbackPhoto | SendFeedbackDraft
