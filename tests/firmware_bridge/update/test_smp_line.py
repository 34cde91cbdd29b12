"""SMP at a port: what is repeated, what is not, and what is wrong with the port."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from smpclient import SMPClient
from smpclient.generics import success
from smpclient.requests.image_management import ImageErase, ImageStatesRead, ImageStatesWrite
from smpclient.requests.os_management import EchoWrite, ResetWrite

from firmware_bridge.errors import BoardBusyError, BoardGoneError, BoardMuteError
from firmware_bridge.update.smp_line import SmpLine
from tests.counterparts.qemu import SWAP, qemu_board
from tests.counterparts.wire import wire
from tests.firmware_bridge.update.smp_peer import reply, smp_peer
from tests.waiting import until

ECHO = EchoWrite(d="well").BYTES
RESET = ResetWrite().BYTES


async def test_a_reply_is_found_among_what_else_is_said() -> None:
    def answer(request: bytes) -> bytes:
        late = reply(request, {"r": "late"}, sequence=1)
        return b"<inf> asked\r\n" + late + reply(request, {"r": "other"}, op=3) + reply(request)

    with smp_peer(answer) as peer:
        line = SmpLine()
        await line.connect(peer.path, 1)
        assert (await line.send_and_receive(ECHO))[4:] == ECHO[4:8] + b"\xa0"
        assert line.repeated == 0
        await line.disconnect()


async def test_after_a_silence_only_what_does_no_harm_is_sent_again() -> None:
    harmless = (ECHO, ImageStatesRead().BYTES, ImageStatesWrite(confirm=True).BYTES)
    harmful = (RESET, ImageErase().BYTES)
    async with AsyncExitStack() as stack:
        peers, asking = [], []
        for request in harmless + harmful:
            peer, line = stack.enter_context(smp_peer()), SmpLine()
            await line.connect(peer.path, 1)
            stack.push_async_callback(line.disconnect)
            peers.append(peer)
            asking.append(asyncio.create_task(line.send_and_receive(request)))
        for peer in peers[: len(harmless)]:
            await until(lambda peer=peer: len(peer.asked) == 2, "it again")  # type: ignore[misc]
        for peer, request in zip(peers, harmless + harmful, strict=True):
            assert peer.asked == [request] * (2 if request in harmless else 1)
        for task in asking:
            task.cancel()
        await asyncio.wait(asking)


async def test_a_damaged_reply_is_asked_for_again_at_once() -> None:
    def answer(request: bytes) -> bytes:
        whole = reply(request, {"r": "well"})
        return whole if len(peer.asked) > 3 else whole[:9] + b"?" + whole[10:]

    with smp_peer(answer) as peer:
        client = SMPClient(SmpLine(), peer.path)
        await client._transport.connect(peer.path, 1)
        async with asyncio.timeout(2):  # three silences would be longer
            answered = await client.request(EchoWrite(d="well"))
        assert success(answered)
        assert answered.r == "well"
        assert len(peer.asked) == 4
        await client.disconnect()


async def test_a_damaged_reply_to_what_may_not_be_repeated_is_told() -> None:
    with smp_peer(lambda request: reply(request)[:9] + b"?\n") as peer:
        line = SmpLine()
        await line.connect(peer.path, 1)
        with pytest.raises(BoardMuteError):
            await line.send_and_receive(RESET)
        assert peer.asked == [RESET]
        await line.disconnect()


async def test_there_is_one_request_at_a_time_and_an_abandoned_one_frees_its_place() -> None:
    with smp_peer() as peer:
        line = SmpLine()
        await line.connect(peer.path, 1)
        first = asyncio.create_task(line.send_and_receive(ECHO))
        await until(lambda: bool(peer.asked), "the first")
        with pytest.raises(BoardBusyError):
            await line.send_and_receive(RESET)
        first.cancel()
        await asyncio.wait([first])
        peer.answer = reply
        assert await line.send_and_receive(RESET)
        await line.disconnect()


async def test_what_nobody_asked_for_can_be_heard() -> None:
    with smp_peer() as peer:
        line = SmpLine()
        await line.connect(peer.path, 1)
        hearing = asyncio.create_task(line.receive())
        await asyncio.sleep(0)
        peer.say(b"\x06\x09AAA\n" + reply(ECHO, {"r": "told"}))
        assert (await hearing)[8:] == b"\xa1\x61r\x64told"
        await line.disconnect()


Use = Callable[[SmpLine], Awaitable[object]]
USES: list[Use] = [
    lambda line: line.send(ECHO),
    lambda line: line.receive(),
    lambda line: line.send_and_receive(ECHO),
    lambda line: line.send_and_receive(RESET),
]


@pytest.mark.parametrize("use", USES)
async def test_a_port_that_is_hung_up_is_one_error(
    use: Use,
) -> None:
    with smp_peer() as peer:
        line = SmpLine()
        await line.connect(peer.path, 1)
        asking = asyncio.ensure_future(line.send_and_receive(ECHO))
        await until(lambda: bool(peer.asked), "the request")
        peer.hang_up()
        with pytest.raises(BoardGoneError):
            await asking
        for _ in range(2):
            with pytest.raises(BoardGoneError):
                await use(line)
        await line.disconnect()


@pytest.mark.parametrize("use", USES)
async def test_a_port_that_was_never_opened_or_was_closed_is_the_same(
    use: Use,
) -> None:
    line = SmpLine()
    with pytest.raises(BoardGoneError):
        await use(line)
    with smp_peer() as peer:
        await line.connect(peer.path, 1)
        await line.disconnect()
        with pytest.raises(BoardGoneError):
            await use(line)


async def test_a_port_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    by_id, line = tmp_path / "board", SmpLine()
    with pytest.raises(BoardGoneError):
        await line.connect(str(by_id), 0.1)
    opening = asyncio.create_task(line.connect(str(by_id), 5))
    await asyncio.sleep(0.05)
    with smp_peer(reply) as peer:
        by_id.symlink_to(peer.path)
        await opening
        assert await line.send_and_receive(ECHO)
        await line.disconnect()


async def test_a_port_that_another_program_holds_is_named() -> None:
    with smp_peer() as peer:
        first = SmpLine()
        await first.connect(peer.path, 1)
        with pytest.raises(BoardBusyError):
            await SmpLine().connect(peer.path, 1)
        await first.disconnect()


async def test_a_request_longer_than_the_kernel_takes_goes_out_in_parts() -> None:
    with smp_peer(reply) as peer:
        line = SmpLine()
        await line.connect(peer.path, 1)
        long = ECHO[:8] + bytes(16_000)
        for _ in range(2):
            assert await line.send_and_receive(long)
        assert peer.asked == [long, long]
        assert line.repeated == 0
        await line.disconnect()


@pytest.mark.real
@pytest.mark.parametrize(("flip", "drop"), [(0.0005, 0.0), (0.0, 0.001)])
async def test_over_a_noisy_wire_a_real_server_answers_everything(flip: float, drop: float) -> None:
    with qemu_board(SWAP) as board, wire(board.path, baud=115_200, flip=flip, drop=drop) as laid:
        line = SmpLine()
        client = SMPClient(line, laid.path, timeout_s=30)
        await line.connect(laid.path, 1)
        for number in range(60):
            answered = await client.request(EchoWrite(d=f"{number:016}"))
            assert success(answered)
            assert answered.r == f"{number:016}"
        assert line.repeated > 0  # or there was no noise
        await client.disconnect()
