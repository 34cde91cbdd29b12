"""Citizens who go on at the national portal: counted, and nothing else is known of them.

`POST /api/hand-offs` with the site's key.
"""

from typing import Annotated

import msgspec

from kiosk.api.words import Answer, Id, Request

Host = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.-]{1,253}(?!\n)$")]


class TellHandOff(Request, frozen=True, kw_only=True):
    """A citizen was shown the way; the same `request` is counted once.

    `service` is the counter service, or the procedure's code where none calls for it.
    """

    request: Id
    service: Id
    to: Host


class HandOffTold(Answer, frozen=True, kw_only=True):
    """Counted: now, or when it was told before."""
