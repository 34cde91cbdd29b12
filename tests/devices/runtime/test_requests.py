"""Commands over both buses: typed replies, refusals, deadlines, and each carried out once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest

from devices.contract.errors import BusyError, DeadlinePassedError, UnpluggedError
from devices.contract.message import Command, Message, RefusedError, encode
from devices.messages import PrintReceipt, ReceiptPrinted, Say, ShowOnPanel
from devices.receipt import Receipt, Rule
from devices.runtime.alongside import alongside
from devices.runtime.bus import Packet
from devices.runtime.requests import Ask, Desk, asking
from tests.devices.runtime.conftest import Line
from tests.waiting import until

CMD, REPLY = "mc1/a/in/devices/cmd", "mc1/a/in/kiosk/reply"
PRINT = PrintReceipt(job="T-1", receipt=Receipt(blocks=(Rule(),)))


async def printed(command: PrintReceipt) -> Message:
    return ReceiptPrinted(job=command.job)


@asynccontextmanager
async def desk_and_ask(
    line: Line, handler: Callable[[PrintReceipt], Awaitable[Message]] = printed
) -> AsyncIterator[Ask]:
    here, there = await line.new("here"), await line.new("there")
    desk = Desk(there, CMD, known=(Say,))
    desk.on(PrintReceipt, handler)
    async with alongside(desk.serve(), name="desk"), asking(here, REPLY, "kiosk") as ask:
        yield ask


async def test_a_command_is_answered_with_its_own_reply(line: Line) -> None:
    async with desk_and_ask(line) as ask:
        assert await ask(CMD, PRINT, within_s=10) == ReceiptPrinted(job="T-1")


async def test_a_failure_comes_back_as_a_refusal_with_its_code(line: Line) -> None:
    async def unplugged(_: PrintReceipt) -> Message:
        raise UnpluggedError("No printer.")

    async with desk_and_ask(line, unplugged) as ask:
        with pytest.raises(RefusedError, match="No printer") as caught:
            await ask(CMD, PRINT, within_s=10)
        assert caught.value.refused.code == "device.unplugged"
        assert caught.value.refused.retry


async def test_unknown_and_not_allowed_commands_are_told_apart(line: Line) -> None:
    async with desk_and_ask(line) as ask:
        with pytest.raises(RefusedError) as caught:
            await ask(CMD, ShowOnPanel(), within_s=10)
        assert caught.value.refused.code == "command.unknown"
        with pytest.raises(RefusedError) as caught:
            await ask(CMD, Say(text="Xin chào"), within_s=10)
        assert caught.value.refused.code == "command.not_allowed"


async def test_silence_ends_at_the_deadline(line: Line) -> None:
    here = await line.new("here")
    async with asking(here, REPLY, "kiosk") as ask:
        with pytest.raises(DeadlinePassedError):
            await ask(CMD, PRINT, within_s=0.2)


async def test_a_command_asked_many_times_is_carried_out_once(line: Line) -> None:
    done = 0

    async def slow(command: PrintReceipt) -> Message:
        nonlocal done
        done += 1
        await asyncio.sleep(2.5)  # longer than it takes to ask again, twice
        return ReceiptPrinted(job=command.job)

    async with desk_and_ask(line, slow) as ask:
        assert await ask(CMD, PRINT, within_s=20) == ReceiptPrinted(job="T-1")
        assert done == 1


async def test_a_reply_about_a_citizen_is_forgotten_when_it_has_been_told(line: Line) -> None:
    """Asked again much later with the same correlation, it has to be found anew."""

    class Told(Message, frozen=True, kw_only=True, tag="test.told"):
        personal: ClassVar[bool] = True

    class Tell(Command[Told], frozen=True, kw_only=True, tag="test.tell"):
        """Tell something of a citizen."""

    told = 0

    async def tell(_: Tell) -> Message:
        nonlocal told
        told += 1
        return Told()

    here, there = await line.new("here"), await line.new("there")
    desk = Desk(there, CMD, personal_s=0.05)
    desk.on(Tell, tell)
    again = Packet(topic=CMD, payload=encode(Tell()), response_topic=REPLY, correlation=b"same")
    async with alongside(desk.serve(), name="desk"):

        async def ask_until_told(times: int) -> None:
            async with asyncio.timeout(20):
                while told < times:
                    await here.publish(again)
                    await asyncio.sleep(0.02)

        await ask_until_told(2)
    assert told == 2


async def test_what_is_told_of_a_citizen_is_forgotten_when_it_is_asked_for(line: Line) -> None:
    """Also what was under way then; the control is the reply that stays until it is."""

    class Told(Message, frozen=True, kw_only=True, tag="test.told_at_once"):
        """Something of a citizen."""

        personal: ClassVar[bool] = True

    class Tell(Command[Told], frozen=True, kw_only=True, tag="test.tell_at_once"):
        """Tell something of a citizen."""

    told, go_on = 0, asyncio.Event()

    async def tell(_: Tell) -> Message:
        nonlocal told
        told += 1
        await go_on.wait()
        return Told()

    here, there = await line.new("here"), await line.new("there")
    desk = Desk(there, CMD, personal_s=60)
    desk.on(Tell, tell)

    async def ask(correlation: bytes, times: int) -> None:
        """Ask until so many were carried out and one more reply came."""
        packet = Packet(
            topic=CMD, payload=encode(Tell()), response_topic=REPLY, correlation=correlation
        )
        async with here.listen(REPLY) as inbox, asyncio.timeout(20):
            await here.publish(packet)
            while told < times:
                await asyncio.sleep(0.01)
            go_on.set()
            async for answer in inbox:
                if answer.correlation == correlation:
                    return

    async with alongside(desk.serve(), name="desk"):
        await ask(b"one", 1)
        await ask(b"one", 1)
        desk.forget()
        await ask(b"one", 2)
        go_on.clear()
        under_way = asyncio.create_task(ask(b"two", 4))
        await until(lambda: told == 3, "it is under way")
        desk.forget()
        go_on.set()
        async with asyncio.timeout(20):
            while told < 4:
                again = Packet(
                    topic=CMD, payload=encode(Tell()), response_topic=REPLY, correlation=b"two"
                )
                await here.publish(again)
                await asyncio.sleep(0.02)
        await under_way
    assert told == 4


async def test_a_slow_command_is_not_begun_again_however_many_were_answered_meanwhile(
    line: Line,
) -> None:
    begun, hold = 0, asyncio.Event()

    async def slow_once(command: PrintReceipt) -> Message:
        nonlocal begun
        if command.job == "slow":
            begun += 1
            await hold.wait()
        return ReceiptPrinted(job=command.job)

    slow = Packet(
        topic=CMD,
        payload=encode(PrintReceipt(job="slow", receipt=PRINT.receipt)),
        response_topic=REPLY,
        correlation=b"slow",
    )
    async with desk_and_ask(line, slow_once) as ask:
        stranger = await line.new("stranger")
        for _ in range(2):
            await stranger.publish(slow)
            for _ in range(600):
                await ask(CMD, PRINT, within_s=30)
        assert begun == 1
        hold.set()


async def test_a_desk_with_too_much_to_do_says_so(line: Line) -> None:
    hold = asyncio.Event()

    async def waits(command: PrintReceipt) -> Message:
        await hold.wait()
        return ReceiptPrinted(job=command.job)

    async with desk_and_ask(line, waits) as ask, asyncio.TaskGroup() as group:
        tasks = [group.create_task(_outcome(ask)) for _ in range(40)]
        async with asyncio.timeout(10):
            while sum(task.done() for task in tasks) < 8:
                await asyncio.sleep(0.01)
        hold.set()
    outcomes = [task.result() for task in tasks]
    assert outcomes.count(BusyError.code) == 8
    assert outcomes.count("done") == 32


async def _outcome(ask: Ask) -> str:
    try:
        await ask(CMD, PRINT, within_s=15)
    except RefusedError as error:
        return error.refused.code
    return "done"


GARBAGE = (b"", b"\xff", b"{}", b'{"type":7}', b'{"type":"printer.print_receipt"}')
FORGED = ("", "anywhere", "mc1/a/up/x/conn", "$SYS/x", REPLY)


async def test_garbage_and_forged_return_addresses_do_not_disturb_the_desk(line: Line) -> None:
    stranger = await line.new("stranger")
    async with desk_and_ask(line) as ask, stranger.listen("mc1/a/up/#", "anywhere") as misled:
        for payload in GARBAGE:
            for back in FORGED:
                await stranger.publish(
                    Packet(topic=CMD, payload=payload, response_topic=back, correlation=b"c")
                )
        assert await ask(CMD, PRINT, within_s=10) == ReceiptPrinted(job="T-1")
        await stranger.publish(Packet(topic="anywhere", payload=b"end", qos=1))
        assert (await misled.get()).payload == b"end"
