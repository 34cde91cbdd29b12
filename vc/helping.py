"""Words of help from afar, between a kiosk and the help desk (docs/decisions/0018).

The kiosk asks by the bus (`vc.messages.AskForHelp`); everything after that is HTTP under the
place's `url`, with its token:

| request | does |
|---|---|
| `GET ?seen={revision}` | -> HelpNews that is newer, or the same after some seconds |
| `POST /answer` | the answer (SDP) to the officer's offer -> 204 |
| `PUT /form` | a JPEG of what the citizen lets be seen -> 204 |
| `DELETE /form?why=` | nothing can be seen from now on -> 204 |
| `DELETE ?why=` | the call is over -> 204 |
"""

from enum import StrEnum
from typing import Annotated

import msgspec

MOST_FORM_BYTES = 1 << 20
NEWS_WITHIN_S = 5.0
"""How long a question for news waits."""


class HelpStage(StrEnum):
    """Where a call is."""

    WAITING = "waiting"
    TAKEN = "taken"
    OVER = "over"


class Ended(StrEnum):
    """Why a call is over."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    NO_ANSWER = "no_answer"
    LOST = "lost"
    TOO_LONG = "too_long"


class Hidden(StrEnum):
    """Why the officer does not see the form."""

    UNASKED = "unasked"
    WITHDRAWN = "withdrawn"
    CALL = "call"
    """The citizen looks at the call itself."""
    PHOTO = "photo"
    """A photo of papers stands there, which was not let be seen."""


class HelpNews(msgspec.Struct, frozen=True, kw_only=True):
    """How a call is. `ahead` wait longer; `offer` is the officer's once he has taken the call."""

    revision: int
    stage: HelpStage
    ahead: int = 0
    officer: str = ""
    offer: str = ""
    candidates: tuple[str, ...] = ()
    """Fragments (RFC 8840) of the officer's side, that came after the offer."""
    why: Annotated[str, msgspec.Meta(max_length=32)] = ""
    """Of a call that is over: a value of `Ended`, or one that is newer than this program."""
