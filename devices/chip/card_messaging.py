"""Secure messaging as a chip does it (ICAO 9303-11 §9.8), written apart from the reader's end."""

import hmac
from dataclasses import dataclass

from devices.chip import tlv
from devices.chip.apdu import CommandApdu, ResponseApdu
from devices.chip.keys import (
    SessionKeys,
    Suite,
    decrypted,
    encrypted,
    mac,
    one_block,
    padded,
    unpadded,
)
from devices.chip.secure_messaging import DATA, LE, MAC, STATUS


@dataclass(slots=True, repr=False)
class CardMessaging:
    """The chip's end of a session; `garbles` lets its MACs be wrong."""

    keys: SessionKeys
    counter: int
    garbles: bool

    def opened(self, command: CommandApdu) -> CommandApdu | None:
        """Return the plain command, None when its MAC is wrong."""
        self._count()
        objects = tlv.read_all(command.data)
        found = tlv.by_tag(objects)
        if MAC not in found:
            return None
        block = self.keys.suite.block_bytes
        vouched = padded(command.header, block) + b"".join(one.raw for one in objects[:-1])
        if not hmac.compare_digest(self._mac(vouched), found[MAC].value):
            return None
        data = self._decrypted(found[DATA].value[1:]) if DATA in found else b""
        le = (int.from_bytes(found[LE].value, "big") or 256) if LE in found else None
        return CommandApdu(0, command.ins, command.p1, command.p2, data, le)

    def sealed(self, answer: ResponseApdu) -> ResponseApdu:
        """Return the answer as it goes over the air."""
        self._count()
        objects = b""
        if answer.data:
            whole = padded(answer.data, self.keys.suite.block_bytes)
            box = encrypted(self.keys.suite, self.keys.encryption, whole, self._iv())
            objects = tlv.encode(DATA, b"\x01", box)
        objects += tlv.encode(STATUS, answer.status.to_bytes(2, "big"))
        proof = self._mac(objects)
        if self.garbles:
            proof = bytes((proof[0] ^ 1,)) + proof[1:]
        return ResponseApdu(objects + tlv.encode(MAC, proof), answer.status)

    def _count(self) -> None:
        self.counter += 1

    def _iv(self) -> bytes:
        if self.keys.suite is Suite.TDES:
            return b""
        return one_block(self.keys.encryption, self.counter.to_bytes(16, "big"))

    def _decrypted(self, box: bytes) -> bytes:
        return unpadded(decrypted(self.keys.suite, self.keys.encryption, box, self._iv()))

    def _mac(self, data: bytes) -> bytes:
        block = self.keys.suite.block_bytes
        counted = self.counter.to_bytes(block, "big") + data
        if self.keys.suite is not Suite.TDES:
            counted = padded(counted, block)
        return mac(self.keys.suite, self.keys.mac, counted)
