"""Prepared dossiers on their way from a kiosk to the counter server, sealed to the server's key.

With the site's key: `GET /api/drafts/key`; `PUT /api/drafts/{request}` with the parcel of
`kiosk.sealed.parcel` as the body and `kiosk`, `key`, `service`, `procedure`, and perhaps
`language` and `ticket` as the query; `POST /api/drafts/{request}/withdraw`. The same request from
the same kiosk is one draft, however often it is sent.
"""

from datetime import datetime

from devices.contract.errors import MotcuaError
from kiosk.api.queue import Ticket
from kiosk.api.words import Answer, Id, Request


class DraftKey(Answer, frozen=True, kw_only=True):
    """What to seal to, `public_key` in hexadecimal. A draft of now is kept until `keeps_until`.

    `sent_on`: an accepted draft goes to the province's one-stop system; else the officer takes it
    over by hand.
    """

    key_id: str
    public_key: str
    keeps_until: datetime
    most_bytes: int
    sent_on: bool


class DraftTaken(Answer, frozen=True, kw_only=True):
    """The draft waits for an officer until `expires_at`.

    `local_code` is the kiosk's own number, never an official one (DOS-3); `joined` is whether the
    number was the citizen's already.
    """

    local_code: str
    ticket: Ticket
    joined: bool
    expires_at: datetime
    sent_on: bool


class WithdrawDraft(Request, frozen=True, kw_only=True):
    """The citizen does not wait for this draft; whether it has come or not, it shall not stay."""

    kiosk: Id


class DraftWithdrawn(Answer, frozen=True, kw_only=True):
    """Nothing of it is here, and a late copy of it will be refused."""


class KeyChangedError(MotcuaError):
    """The counter server has another key now: ask for it, and seal anew."""

    code = "draft.key_changed"


class DraftTooLargeError(MotcuaError):
    """The draft is larger than this site takes."""

    code = "draft.too_large"


class DraftsFullError(MotcuaError):
    """So many drafts wait that there is no room for another."""

    code = "draft.full"
    retry = True


class DraftGoneError(MotcuaError):
    """This draft was accepted, dropped or withdrawn, or its time is over: nothing of it is left."""

    code = "draft.gone"


class TicketOverError(MotcuaError):
    """This number waits no more; a draft needs one that does."""

    code = "draft.ticket_over"
