"""Calling an officer: pages, touches, answers, wishes; and the call itself, beside every page."""

from enum import StrEnum

from kiosk.ui.facts import Action, Effect, Fact, Page


class CallStage(StrEnum):
    """Where a call is."""

    ASKING = "asking"
    WAITING = "waiting"
    JOINING = "joining"
    TALKING = "talking"


class AboutHelp(StrEnum):
    """Why a call is over."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    NO_ANSWER = "no_answer"
    LOST = "lost"
    TOO_LONG = "too_long"
    NOBODY = "nobody"
    FULL = "full"
    UNREACHED = "unreached"


class Helping(Fact, frozen=True, kw_only=True):
    """A call under way; it stays while the citizen goes from page to page.

    `shows`: the officer may see the pages of errands, by a touch in this call. `photo` is the one
    page with a photo that he may see too. `behind` is what the citizen was doing.
    """

    ask: int
    stage: CallStage = CallStage.ASKING
    ahead: int = 0
    officer: str = ""
    pictured: bool = False
    muted: bool = False
    shows: bool = False
    photo: Page | None = None
    behind: Page | None = None


class HelpNotice(Page, frozen=True, kw_only=True):
    """What a call is, before it is made. `behind` is what the citizen was doing."""

    behind: Page | None = None


class HelpWait(Page, frozen=True, kw_only=True):
    """Nobody has answered yet; until `until` on the monotonic clock at the latest."""

    until: float


class HelpTalk(Page, frozen=True, kw_only=True):
    """Face to face."""


class HelpShow(Page, frozen=True, kw_only=True):
    """May the officer see this screen? Asked in each call anew."""


class HelpOver(Page, frozen=True, kw_only=True):
    """The call is over, and why."""

    about: AboutHelp


AnyPage = HelpNotice | HelpWait | HelpTalk | HelpShow | HelpOver


class OpenHelp(Action, frozen=True, kw_only=True):
    """I want to speak to an officer."""


class CallNow(Action, frozen=True, kw_only=True):
    """Yes, call."""


class OpenCall(Action, frozen=True, kw_only=True):
    """Back to the call."""


class GoOnBeside(Action, frozen=True, kw_only=True):
    """Back to what I was doing; the call stays."""


class ToggleMuted(Action, frozen=True, kw_only=True):
    """My microphone off, or on."""


class OpenShow(Action, frozen=True, kw_only=True):
    """I think of letting the officer see the screen."""


class AgreeShow(Action, frozen=True, kw_only=True):
    """Let the officer see the screen."""


class StopShow(Action, frozen=True, kw_only=True):
    """No longer."""


class ShowPhoto(Action, frozen=True, kw_only=True):
    """Let the officer see this photo too."""


class HangUp(Action, frozen=True, kw_only=True):
    """End the call."""


AnyAction = (
    OpenHelp
    | CallNow
    | OpenCall
    | GoOnBeside
    | ToggleMuted
    | OpenShow
    | AgreeShow
    | StopShow
    | ShowPhoto
    | HangUp
)


class HelpIs(Fact, frozen=True, kw_only=True):
    """How the call is; told again and again while sound or pictures come."""

    ask: int
    stage: CallStage
    ahead: int = 0
    officer: str = ""
    pictured: bool = False


class HelpEnded(Fact, frozen=True, kw_only=True):
    """The call is over, or never came to be."""

    ask: int
    about: AboutHelp


AnyEvent = HelpIs | HelpEnded


class CallOfficer(Effect, frozen=True, kw_only=True):
    """Call the help desk."""

    ask: int
    language: str


class EndCall(Effect, frozen=True, kw_only=True):
    """Hang up."""


class MuteCall(Effect, frozen=True, kw_only=True):
    """Let nothing of the microphone be heard, or let it."""

    muted: bool


class ShowForm(Effect, frozen=True, kw_only=True):
    """Let the officer see what may be seen, or nothing."""

    shows: bool


AnyEffect = CallOfficer | EndCall | MuteCall | ShowForm
