"""`motcua board flash --mcuboot`: the words on the line, and what becomes of a board's slots.

Against MCUboot and Zephyr's server themselves: tests/firmware_bridge/update/test_mcumgr.py.
"""

from dataclasses import dataclass, field
from pathlib import Path

import cbor2
import pytest
from rich.console import Console

from firmware_bridge.errors import BoardMuteError
from provisioning.boards import mcuboot
from tests.firmware_bridge.update.smp_peer import reply, smp_peer

OLD, NEW = b"o" * 32, b"n" * 32
_WRITE = 2


@dataclass
class Slots:
    """A server with two slots. `swaps`: its bootloader tries images; `bad`: the new one is none."""

    swaps: bool = True
    bad: bool = False
    got: bytes = b""
    tested: bool = False
    runs: bytes = OLD
    confirmed: list[bytes] = field(default_factory=list)

    def answer(self, request: bytes) -> bytes:
        op, group, what = request[0] & 7, request[5], request[7]
        body = cbor2.loads(request[8:])
        match group, what:
            case 0, 6:
                return reply(request, {"buf_size": 1024, "buf_count": 1})
            case 0, 8:
                return reply(request, {"bootloader": "MCUboot", "response": {"mode": self._mode}})
            case 0, 5:
                if (self.tested or not self.swaps) and self.got and not self.bad:
                    self.runs = NEW
                return reply(request)
            case 1, 1:
                self.got = self.got[: body["off"]] + body["data"]
                return reply(request, {"off": len(self.got)})
            case 1, 0 if op == _WRITE:
                if body["confirm"]:
                    self.confirmed.append(self.runs)
                else:
                    self.tested = True
        return reply(request, {"images": self._images()})

    @property
    def _mode(self) -> int:
        return 3 if self.swaps else 6

    def _images(self) -> list[dict[str, object]]:
        there = [OLD, NEW] if self.got else [OLD]
        if self.runs == NEW:
            there.reverse()
        return [
            {
                "slot": slot,
                "version": "2.0.0" if one == NEW else "1.0.0",
                "hash": one,
                "active": one == self.runs,
                "confirmed": one == self.runs,
                "pending": False,
            }
            for slot, one in enumerate(there)
        ]


@pytest.mark.parametrize("swaps", [True, False])
async def test_an_image_is_sent_started_and_kept(
    swaps: bool,  # noqa: FBT001 - pytest's
    capsys: pytest.CaptureFixture[str],
) -> None:
    slots = Slots(swaps=swaps)
    with smp_peer(slots.answer) as peer:
        await mcuboot.flash(Path(peer.path), b"i" * 3000, 115_200, Console(width=120))
    assert slots.got == b"i" * 3000
    assert (slots.tested, slots.confirmed) == (swaps, [NEW] if swaps else [])
    assert "2.0.0, đã xác nhận" in capsys.readouterr().out


async def test_a_board_that_does_not_answer_is_mute() -> None:
    with smp_peer() as peer, pytest.raises(BoardMuteError):
        await mcuboot.flash(Path(peer.path), b"i", 115_200, Console(quiet=True))
