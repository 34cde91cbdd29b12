"""Secure messaging (ICAO 9303-11 §9.8): commands and answers encrypted, counted, vouched for.

Pure. One wrong answer ends it: nothing of that answer is used, and nothing more is said.
"""

import dataclasses
import hmac
from enum import Enum

from devices.chip import tlv
from devices.chip.apdu import CommandApdu, ResponseApdu
from devices.chip.errors import BadAnswerError, RefusedByChipError, WrongMacError
from devices.chip.keys import (
    MAC_BYTES,
    SessionKeys,
    Suite,
    decrypted,
    encrypted,
    mac,
    one_block,
    padded,
    unpadded,
)

DATA, LE, STATUS, MAC = 0x87, 0x97, 0x99, 0x8E
_PROTECTED = 0x0C
_PADDED = b"\x01"
_ANY_LE, _ANY_EXTENDED_LE = 256, 0x10000


class StatusObject(Enum):
    """Whether an answer must vouch for its status word (DO'99'), as the standard says.

    OPTIONAL is for tests against emulators that leave it out.
    """

    REQUIRED = "required"
    OPTIONAL = "optional"


class SecureMessaging:
    """One session. `counter` is the send sequence counter at its begin."""

    def __init__(
        self,
        keys: SessionKeys,
        counter: int = 0,
        *,
        status_object: StatusObject = StatusObject.REQUIRED,
    ) -> None:
        self._keys = keys
        self._counter = counter
        self._status_object = status_object
        self._is_over = False

    @property
    def suite(self) -> Suite:
        """The cipher of the session."""
        return self._keys.suite

    def protected(self, command: CommandApdu) -> CommandApdu:
        """Return the command as it may go over the air; raises BadAnswerError after an end."""
        if self._is_over:
            raise BadAnswerError("The session with the chip is over.")
        self._count()
        header = bytes((command.cla | _PROTECTED,)) + command.header[1:]
        objects = b""
        if command.data:
            objects += tlv.encode(DATA, _PADDED, self._encrypted(command.data))
        if command.le is not None:
            size = 2 if command.is_extended else 1
            objects += tlv.encode(LE, (command.le % 256**size).to_bytes(size, "big"))
        block = self.suite.block_bytes
        objects += tlv.encode(MAC, self._mac(padded(header, block) + objects))
        le = _ANY_EXTENDED_LE if command.is_extended or len(objects) > 0xFF else _ANY_LE  # noqa: PLR2004
        return dataclasses.replace(command, cla=header[0], data=objects, le=le)

    def opened(self, answer: ResponseApdu) -> ResponseApdu:
        """Return what the chip says.

        Raises WrongMacError when it was altered, RefusedByChipError when the chip has left the
        session, BadAnswerError otherwise; each ends the session.
        """
        try:
            return self._opened(answer)
        except (BadAnswerError, RefusedByChipError):
            self._is_over = True
            raise

    def _opened(self, answer: ResponseApdu) -> ResponseApdu:
        self._count()
        if not answer.data:
            raise RefusedByChipError("a protected command", answer.status)
        objects = tlv.read_all(answer.data)
        found = tlv.by_tag(objects)
        if objects[-1].tag != MAC or not set(found) <= {DATA, STATUS, MAC}:
            raise BadAnswerError("The chip's answer has other objects than it must.")
        vouched = b"".join(one.raw for one in objects[:-1])
        if len(found[MAC].value) != MAC_BYTES or not hmac.compare_digest(
            self._mac(vouched), found[MAC].value
        ):
            raise WrongMacError
        self._check_status(found.get(STATUS), answer.status)
        data = self._decrypted(found[DATA].value) if DATA in found else b""
        return ResponseApdu(data, answer.status)

    def _check_status(self, vouched: tlv.Tlv | None, status: int) -> None:
        if vouched is None:
            if self._status_object is StatusObject.REQUIRED:
                raise BadAnswerError("The chip's answer does not vouch for its status.")
        elif vouched.value != status.to_bytes(2, "big"):
            raise WrongMacError("The chip's status is another than the one it vouches for.")

    def _count(self) -> None:
        self._counter = (self._counter + 1) % 256**self.suite.block_bytes

    def _counter_bytes(self) -> bytes:
        return self._counter.to_bytes(self.suite.block_bytes, "big")

    def _iv(self) -> bytes:
        if self.suite is Suite.TDES:
            return b""
        return one_block(self._keys.encryption, self._counter_bytes())

    def _encrypted(self, data: bytes) -> bytes:
        whole = padded(data, self.suite.block_bytes)
        return encrypted(self.suite, self._keys.encryption, whole, self._iv())

    def _decrypted(self, value: bytes) -> bytes:
        if value[:1] != _PADDED or len(value) == 1:
            raise BadAnswerError("The chip's data is not padded as it must be.")
        return unpadded(decrypted(self.suite, self._keys.encryption, value[1:], self._iv()))

    def _mac(self, data: bytes) -> bytes:
        counted = self._counter_bytes() + data
        if self.suite is not Suite.TDES:
            counted = padded(counted, self.suite.block_bytes)
        return mac(self.suite, self._keys.mac, counted)
