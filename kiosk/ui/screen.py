"""A screen as data: what is on it and what a touch means; its looks are the widgets' business."""

from enum import StrEnum

import msgspec

from kiosk.ui.events import AnyAction
from kiosk.ui.state import BUILT_IN, Access


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
    """Something to touch. `icon` names a pictogram, or is empty.

    `spoken` is what is read of it where that is not its text.
    """

    action: AnyAction
    text: str
    tone: Tone = Tone.PLAIN
    icon: str = ""
    spoken: str = ""


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
    """A prompt and tiles. `foot` is the button at the right foot that goes with them."""

    prompt: str
    tiles: tuple[Tile, ...]
    foot: Button | None = None


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


class Row(Part, frozen=True, kw_only=True):
    """One of a list; without an action it cannot be touched. `badge` stands at its end."""

    action: AnyAction | None
    title: str
    note: str = ""
    icon: str = ""
    badge: str = ""
    tone: Tone = Tone.PLAIN


class Listing(Body, frozen=True, kw_only=True):
    """A prompt and rows from above, as many as there is room for. `empty` is said of no rows.

    `foot` is the button at the right foot that goes with them, as to the rows that follow.
    """

    prompt: str
    rows: tuple[Row, ...]
    empty: str = ""
    foot: Button | None = None


class Pair(Part, frozen=True, kw_only=True):
    """What something is called, and what it is."""

    label: str
    value: str
    tone: Tone = Tone.PLAIN


class Sheet(Body, frozen=True, kw_only=True):
    """Everything of one thing: facts, sentences, perhaps a QR symbol, and what can be done.

    `foot` is the button at the right foot that goes with them.
    """

    icon: str
    title: str
    tone: Tone = Tone.PLAIN
    pairs: tuple[Pair, ...] = ()
    notes: tuple[str, ...] = ()
    qr: str = ""
    qr_caption: str = ""
    buttons: tuple[Button, ...] = ()
    foot: Button | None = None


class Cap(Part, frozen=True, kw_only=True):
    """A key of a keyboard; `wide` is in keys."""

    action: AnyAction
    text: str
    wide: float = 1.0
    icon: str = ""
    tone: Tone = Tone.PLAIN
    chosen: bool = False


class Writing(Body, frozen=True, kw_only=True):
    """A field, what may be meant, and a keyboard; `prompt` stands above all.

    A page of it has no footer: `keys` hold the way back. `found` is listed in the room that the
    keys leave, as many as fit, and stands in the place of `suggestions`.
    """

    prompt: str
    text: str
    hint: str
    keys: tuple[tuple[Cap, ...], ...]
    suggestions: tuple[Button, ...] = ()
    found: tuple[Row, ...] = ()


class Photo(Body, frozen=True, kw_only=True):
    """A picture of the citizen's (JPEG or PNG bytes), and what can be done with it."""

    prompt: str
    picture: bytes
    note: str = ""
    buttons: tuple[Button, ...] = ()


class CallScreen(Body, frozen=True, kw_only=True):
    """An officer's moving picture, the citizen's own small in its corner, and what can be done.

    While it is not `live` nothing stands for it but the words `unseen`.
    """

    title: str
    note: str
    live: bool
    unseen: str
    buttons: tuple[Button, ...]


AnyBody = (
    Tiles
    | Confirmation
    | Notice
    | Message
    | Number
    | Pad
    | Faces
    | Claim
    | Listing
    | Sheet
    | Writing
    | Photo
    | CallScreen
)


class Dialog(Part, frozen=True, kw_only=True):
    """Something that must be answered; nothing behind it can be touched."""

    title: str
    text: str
    main: Button
    other: Button


class Shared(StrEnum):
    """Whether an officer afar may see a screen, and if not, why (docs/decisions/0018)."""

    NOT = "not"
    CALL = "call"
    PHOTO = "photo"
    SEEN = "seen"


class Screen(Part, frozen=True, kw_only=True):
    """Everything on the glass. On a `resting` screen every touch only wakes.

    A `private` one shows something of a citizen: no picture is taken of it. `access` is how this
    citizen reads, `language` leads to others, and `written_in` is the code of this one. `aid`
    stands between `left` and `right`, always in the same place, and calls an officer. The key
    of what is `pointed` at was read, and is meant when it is touched again. `shared` is whether an
    officer in a call may see it.
    """

    name: str
    title: str
    badge: str
    language: Button | None
    banner: Banner | None
    body: AnyBody
    left: Button | None = None
    status: str = ""
    aid: Button | None = None
    right: Button | None = None
    dialog: Dialog | None = None
    resting: bool = False
    private: bool = False
    access: Access = Access()
    written_in: str = BUILT_IN[0]
    pointed: AnyAction | None = None
    shared: Shared = Shared.NOT
