"""The request for a number, on the disk before it is sent, so that it is one request for ever."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec

from devices.contract.errors import BadPayloadError, StorageError
from devices.contract.message import decode, encode
from devices.runtime.boot import write_durably
from kiosk.api.queue import TakeTicket

FRESH = timedelta(minutes=2)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request on its way, and since when."""

    request: TakeTicket
    at: datetime


class AskedStore:
    """Keeps the one request under way in the state folder. Blocking: use it on a thread."""

    file = "kiosk-request.json"

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / self.file

    def keep(self, request: TakeTicket, at: datetime) -> None:
        """Have the request on the disk; raises StorageError."""
        try:
            write_durably(self._path, encode(Asked(request=request, at=at)))
        except OSError as error:
            raise StorageError(f"{self._path.name}: {error}") from error

    def forget(self) -> None:
        """Drop the request; raises StorageError."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{self._path.name}: {error}") from error

    def left_behind(self, now: datetime) -> TakeTicket | None:
        """Return the request of a process that died, while a citizen may still be waiting."""
        try:
            asked = decode(self._path.read_bytes(), Asked)
        except (OSError, BadPayloadError):
            return None
        return asked.request if timedelta() <= now - asked.at <= FRESH else None


def new_request_id() -> str:
    """Return a name no other request has."""
    return uuid4().hex
