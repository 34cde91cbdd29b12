"""A screen as data: what is on it and what a touch means; its looks are the widgets' business."""

from enum import StrEnum

import msgspec

from kiosk.ui.events import AnyAction


class Tone(StrEnum):
    """How a thing speaks."""

    PLAIN = "plain"
    MAIN = "main"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what a screen is made of."""


class Button(Part, frozen=True, kw_only=True):
    """Something to touch. `icon` names a pictogram, or is empty."""

    action: AnyAction
    text: str
    tone: Tone = Tone.PLAIN
    icon: str = ""


class Tile(Part, frozen=True, kw_only=True):
    """A large button with a picture and a second line; without an action it cannot be touched."""

    action: AnyAction | None
    icon: str
    title: str
    note: str = ""
    chosen: bool = False


class Banner(Part, frozen=True, kw_only=True):
    """One sentence above the body."""

    text: str
    tone: Tone


class Body(Part, frozen=True, kw_only=True, tag=True):
    """The middle of a screen."""


class Tiles(Body, frozen=True, kw_only=True):
    """A prompt and tiles."""

    prompt: str
    tiles: tuple[Tile, ...]


class Confirmation(Body, frozen=True, kw_only=True):
    """One service with its facts, the one main button, and two side tiles."""

    icon: str
    title: str
    facts: tuple[str, ...]
    main: Button
    sides: tuple[Tile, ...]


class Notice(Body, frozen=True, kw_only=True):
    """Sentences to read before doing what `prompt` says."""

    title: str
    sentences: tuple[str, ...]
    prompt: str
    icon: str


class Message(Body, frozen=True, kw_only=True):
    """One thing to be told, filling the body."""

    icon: str
    tone: Tone
    title: str
    lines: tuple[str, ...]
    main: Button | None = None


class Number(Body, frozen=True, kw_only=True):
    """The ticket's number, huge. `qr` is drawn when the paper is missing."""

    caption: str
    number: str
    service: str
    facts: tuple[str, ...]
    paper: str
    advice: str
    tone: Tone
    icon: str
    qr: str = ""


class Pad(Body, frozen=True, kw_only=True):
    """A field and the keys that fill it."""

    prompt: str
    typed: str
    hint: str
    letters: tuple[Button, ...]
    digits: tuple[Button, ...]
    erase: Button
    go: Button | None


class Faces(Body, frozen=True, kw_only=True):
    """A question and its answers, best first."""

    question: str
    faces: tuple[Tile, ...]
    note: str


class Claim(Body, frozen=True, kw_only=True):
    """A box that waits for its technician, in both languages: words to compare, and its claim."""

    icon: str
    title: str
    english: str
    advice: str
    caption: str
    words: tuple[str, ...]
    qr: str


AnyBody = Tiles | Confirmation | Notice | Message | Number | Pad | Faces | Claim


class Dialog(Part, frozen=True, kw_only=True):
    """Something that must be answered; nothing behind it can be touched."""

    title: str
    text: str
    main: Button
    other: Button


class Screen(Part, frozen=True, kw_only=True):
    """Everything on the glass. On a `resting` screen every touch only wakes.

    A `private` one shows something of a citizen: no picture is taken of it.
    """

    name: str
    title: str
    badge: str
    language: Button | None
    banner: Banner | None
    body: AnyBody
    left: Button | None = None
    status: str = ""
    right: Button | None = None
    dialog: Dialog | None = None
    resting: bool = False
    private: bool = False
