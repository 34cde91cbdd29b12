"""What officers see of what waits for the province."""

from datetime import datetime

from kiosk.api.words import Answer


class WaitingItem(Answer, frozen=True, kw_only=True):
    """Something that waits, or was given up. `subject` is a code; `reason` the system's words.

    What is not `droppable` here is dropped where it was made: in the tab of drafts or of feedback.
    """

    id: str
    kind: str
    subject: str
    since: datetime
    tries: int
    code: str
    reason: str
    given_up: bool
    droppable: bool
