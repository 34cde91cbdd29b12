"""The menu of everything else, the languages, and how the glass is read: pages and touches."""

from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.world import Headphones


class Menu(Page, frozen=True, kw_only=True):
    """Everything that can be done here beside taking a number, from the `first` on."""

    first: int = 0


class Languages(Page, frozen=True, kw_only=True):
    """The languages, each by its own name."""


class Reading(Page, frozen=True, kw_only=True):
    """Larger letters, higher contrast, keys within reach, spoken aloud."""


AnyPage = Menu | Languages | Reading


class OpenMenu(Action, frozen=True, kw_only=True):
    """I came for something else."""


class ShowMenu(Action, frozen=True, kw_only=True):
    """Show the menu from this one on."""

    first: int


class OpenLanguages(Action, frozen=True, kw_only=True):
    """I read another language."""


class OpenReading(Action, frozen=True, kw_only=True):
    """I cannot read or reach this well."""


class ToggleLarge(Action, frozen=True, kw_only=True):
    """Larger letters, or as they were."""


class ToggleContrast(Action, frozen=True, kw_only=True):
    """White on black, or as it was."""


class ToggleLow(Action, frozen=True, kw_only=True):
    """All keys in the lower part, or as they were."""


class ToggleSpoken(Action, frozen=True, kw_only=True):
    """Read every page aloud, or be silent."""


class TurnVolume(Action, frozen=True, kw_only=True):
    """A step louder; after the loudest the softest."""


class HearPrivate(Action, frozen=True, kw_only=True):
    """Read what is personal too."""


class KeepPrivate(Action, frozen=True, kw_only=True):
    """Do not read what is personal."""


AnyAction = (
    OpenMenu
    | ShowMenu
    | OpenLanguages
    | OpenReading
    | ToggleLarge
    | ToggleContrast
    | ToggleLow
    | ToggleSpoken
    | TurnVolume
    | HearPrivate
    | KeepPrivate
)


class HeadphonesSeen(Fact, frozen=True, kw_only=True):
    """Somebody plugged in, or out."""

    headphones: Headphones


class Heard(Fact, frozen=True, kw_only=True):
    """A sentence was read to its end; `last` when nothing follows it."""

    last: bool


AnyEvent = HeadphonesSeen | Heard


class Phrase(Fact, frozen=True, kw_only=True):
    """A sentence in a language that has a voice, or the name of a recording in one that has not."""

    text: str
    language: str


class ReadOut(Effect, frozen=True, kw_only=True):
    """Read these, one after the other, in the place of what is being read."""

    phrases: tuple[Phrase, ...]
    loudness: float


class FallSilent(Effect, frozen=True, kw_only=True):
    """Read no more."""


AnyEffect = ReadOut | FallSilent
