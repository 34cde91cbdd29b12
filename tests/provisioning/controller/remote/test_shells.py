"""A terminal on a box: bash on a real agent's pty, its bytes over real TLS, all of it recorded."""

import asyncio
import contextlib
import json
import os
import secrets
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert

from devices.contract.errors import BusyError
from devices.contract.message import encode, tag_of
from devices.runtime.alongside import alongside
from provisioning.agent.remote.shell import Typed
from provisioning.commands import OpenShell
from provisioning.controller.remote.asks import AskShell
from provisioning.controller.remote.recordings import NoSuchShellError, ShellRecord
from provisioning.controller.remote.records import OrderRecord, State
from provisioning.controller.remote.remote import Remote
from provisioning.controller.remote.shells import Session, ShellsConfig
from provisioning.controller.remote.tables import SHELL
from provisioning.controller.remote.terminal import Terminal
from tests.counterparts.terminals import terminals
from tests.provisioning.controller.remote.province import BOX, CLOCK, Box, Province, here, obeyed
from tests.waiting import until

pytestmark = pytest.mark.real


@asynccontextmanager
async def allowing(box: Box) -> AsyncIterator[None]:
    """Run the box's agent, and who gives it terminals."""
    path = box.folder / "shell.sock"
    table = {"shell": f'{{ allowed = true, socket = "{path}" }}'}
    async with terminals(path), box.agent(**table):
        yield


@asynccontextmanager
async def terminal(
    province: Province, shells: ShellsConfig | None = None
) -> AsyncIterator[tuple[Remote, Box, OrderRecord, Session]]:
    async with province.running(shells) as remote:
        box = province.box()
        async with allowing(box):
            await here(remote)
            order = await obeyed(remote, AskShell(reason="xem đồng hồ của máy", minutes=5))
            assert order.state is State.SUCCEEDED, order.text
            await until(lambda: order.name in remote.shells._open, "the box comes")
            yield remote, box, order, remote.shells.session(order.name)


async def shows(session: Session, text: str) -> None:
    await until(lambda: text in "\n".join(session.shown.lines), f"the screen shows {text!r}")


async def over(remote: Remote, name: str) -> str:
    """Return why it ended, once it has."""
    async with asyncio.timeout(15):
        while (await remote.recordings.on_record(name)).ended_at is None:
            await asyncio.sleep(0.02)
    return (await remote.recordings.on_record(name)).why


async def allowed(remote: Remote) -> str:
    """Return the name of a terminal that a box may open."""
    now = CLOCK.now()
    name = secrets.token_hex(12)
    order = OpenShell(order=name, not_after=now, minutes=5)
    record = OrderRecord(
        name=name,
        box=BOX,
        kind=tag_of(OpenShell),
        body=encode(order),
        actor="ky-thuat",
        reason="xem đồng hồ",
        state=State.SUCCEEDED,
        asked_at=now,
        not_after=now,
        due_at=now + timedelta(minutes=1),
    )
    await remote.files.do(remote.orders.ledger.put, record, None)
    return name


async def silence() -> AsyncIterator[bytes]:
    """Send nothing, as a box on whose terminal nothing stands."""
    yield b""
    await asyncio.Event().wait()


async def test_what_is_typed_runs_on_the_box_and_is_recorded(province: Province) -> None:
    async with terminal(province) as (remote, _, order, session):
        await shows(session, "$")
        await remote.shells.type(order.name, "echo xin-chào-$((6 * 7)); id -u\r")
        await shows(session, "xin-chào-42")
        await remote.shells.type(order.name, "exit\r")
        assert await over(remote, order.name) == "box"
        with pytest.raises(NoSuchShellError):
            remote.shells.session(order.name)
        replay = await asyncio.to_thread(remote.recordings.replay, order.name)
        assert replay.whole
        assert "xin-chào-42" in replay.text
        head, *lines = remote.recordings.file(order.name).read_text().splitlines()
        record = await remote.recordings.on_record(order.name)
    assert json.loads(head)["version"] == 2
    assert "ky-thuat" in json.loads(head)["title"]
    typed = [json.loads(line)[2] for line in lines if json.loads(line)[1] == "i"]
    assert typed == ["echo xin-chào-$((6 * 7)); id -u\r", "exit\r"]
    assert (record.box, record.actor, record.reason) == (BOX, "ky-thuat", "xem đồng hồ của máy")
    assert os.getuid() != 0 or "\n0\n" not in "\n".join(session.shown.lines), "nobody is root"


async def test_the_button_ends_it_and_what_runs_in_it(province: Province) -> None:
    async with terminal(province) as (remote, box, order, session):
        await shows(session, "$")
        mark = f"86{os.getpid()}"
        await remote.shells.type(order.name, f"sleep {mark} & echo gone-$!-\r")
        await until(lambda: _running(mark), "it runs")
        session.end("person")
        assert await over(remote, order.name) == "person"
        await until(lambda: not _running(mark), "nothing of it runs")
        again = await obeyed(remote, AskShell(reason="the next terminal"))
        assert again.state is State.SUCCEEDED, "the box takes another one"
        assert box.name == BOX


async def test_an_agent_that_dies_ends_it(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with allowing(box):
            await here(remote)
            order = await obeyed(remote, AskShell(reason="xem đồng hồ của máy"))
            await until(lambda: order.name in remote.shells._open, "the box comes")
        assert await over(remote, order.name) == "box"


async def test_its_time_ends_it(province: Province) -> None:
    async with terminal(province, ShellsConfig(longest_s=1)) as (remote, _, order, session):
        session.hub.stream()  # somebody looks
        assert await over(remote, order.name) == "deadline"


async def test_it_ends_when_nobody_looks_any_more(province: Province) -> None:
    async with terminal(province, ShellsConfig(left_after_s=1)) as (remote, _, order, session):
        assert await over(remote, order.name) == "left"
        assert not session.hub.watchers


async def test_it_ends_when_who_opened_it_may_no_more(province: Province) -> None:
    async with terminal(province) as (remote, box, order, session):
        session.hub.stream()  # somebody else looks on
        await shows(session, "$")
        mark = f"87{os.getpid()}"
        await remote.shells.type(order.name, f"sleep {mark} &\r")
        await until(lambda: _running(mark), "it runs")
        province.lost.add(order.actor)
        assert await over(remote, order.name) == "rights"
        with pytest.raises(NoSuchShellError):
            await remote.shells.type(order.name, "exit\r")
        await until(lambda: not _running(mark), "nothing of it runs")
        assert box.name == BOX


async def test_a_flood_fills_its_recording_and_not_the_disk(province: Province) -> None:
    most = 200_000
    async with terminal(province, ShellsConfig(most_recorded_bytes=most)) as (remote, _, order, s):
        s.hub.stream()  # and a browser that reads nothing
        await shows(s, "$")
        await remote.shells.type(order.name, "yes\r")
        assert await over(remote, order.name) == "full"
        size = (await asyncio.to_thread(remote.recordings.file(order.name).stat)).st_size
        assert most < size < 2 * most
        assert s.keys.qsize() == 0


async def test_what_is_typed_into_a_box_that_takes_nothing_is_refused_and_not_recorded(
    province: Province,
) -> None:
    async with terminal(province) as (remote, _, order, session):
        await shows(session, "$")
        while not session.keys.full():
            session.keys.put_nowait(b"")
        with pytest.raises(BusyError):
            await remote.shells.type(order.name, "never typed")
        session.end("person")
        await over(remote, order.name)
        assert "never typed" not in remote.recordings.file(order.name).read_text()


async def test_a_long_paste_in_vietnamese_comes_whole(province: Province) -> None:
    async with province.running() as remote:
        name, paste = await allowed(remote), "ộ" * 2000
        async with alongside(remote.shells.output(BOX, name, silence()), name="box"):
            comes = await remote.shells.input(BOX, name)
            await remote.shells.type(name, paste)
            lines = [msgspec.json.decode(await anext(comes), type=Typed) for _ in range(2)]
            assert b64decode(lines[1].keys).decode() == paste


async def test_one_that_was_open_when_the_controller_died_has_ended(province: Province) -> None:
    async with province.running() as remote:
        lost = ShellRecord(
            name="a" * 24, box=BOX, actor="ky-thuat", reason="mất điện", opened_at=CLOCK.now()
        )
        with remote.shells._database.writing() as db:
            db.execute(insert(SHELL).values(msgspec.structs.asdict(lost)))
    async with province.running() as remote:
        assert await over(remote, lost.name) == "controller"


async def test_a_box_that_only_listens_opens_nothing(province: Province) -> None:
    async with province.running() as remote:
        name = await allowed(remote)
        listening = asyncio.ensure_future(remote.shells.input(BOX, name))
        await remote.files.do(lambda: None)  # whatever it began is done
        with pytest.raises(NoSuchShellError):
            await remote.recordings.on_record(name)
        assert not listening.done()
        async with alongside(remote.shells.output(BOX, name, silence()), name="box"):
            assert await anext(await listening) == b"{}\n"
            with pytest.raises(NoSuchShellError):
                await remote.shells.output(BOX, name, silence())


async def test_a_stranger_and_a_used_name_have_no_terminal(province: Province) -> None:
    async with terminal(province) as (remote, _, order, session):
        for box in ("other-1", "nobody"):
            with pytest.raises(NoSuchShellError):
                await remote.shells.input(box, order.name)
        session.end("person")
        await over(remote, order.name)
        with pytest.raises(NoSuchShellError):
            await remote.shells.input(BOX, order.name)


def test_a_letter_cut_in_two_and_a_hostile_screen_do_no_harm() -> None:
    screen = Terminal(40, 5)
    screen.feed("\x1b[2J\x1b[999;999H\x1b]0;title\x07" + "<script>" * 3 + "\x1b[31m")
    assert "<script>" in "".join(screen.shown().lines)
    screen.feed("".join(chr(n) for n in range(32)) * 5)
    assert len(screen.shown().lines) == 5


def _running(mark: str) -> bool:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cmdline").read_bytes() == f"sleep\0{mark}\0".encode():
                return True
    return False
