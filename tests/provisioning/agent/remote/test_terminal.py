"""A terminal given over a socket: whose it is, and what is left of it (nothing)."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from provisioning.agent.remote.shell import Pty, ShellFailedError, ShellUserError
from provisioning.agent.remote.terminal import hold
from tests.counterparts.terminals import terminals
from tests.counterparts.users import needs_root
from tests.waiting import until

pytestmark = pytest.mark.real


@pytest.fixture
async def pty(tmp_path: Path) -> AsyncIterator[Pty]:
    path = tmp_path / "sock"
    async with terminals(path):
        pty = await Pty.begun(str(path), 100, 30)
        try:
            yield pty
        finally:
            await pty.kill()


async def said(pty: Pty, mark: str) -> str:
    text = ""
    async with asyncio.timeout(15):
        async for chunk in pty.chunks():
            text += chunk.decode(errors="replace")
            if mark in text:
                return text
    raise AssertionError(f"the terminal ended, and never said {mark!r}: {text}")


async def test_it_is_as_large_as_was_asked_and_its_own_user_s(pty: Pty) -> None:
    pty.type(b'echo "[$(id -un) $(stty size)]"; test -O "$(tty)" && echo o"wn"\r')
    assert f"[{pty.user} 30 100]" in await said(pty, "own\r\n")
    assert pty.user != "root"


async def test_bash_that_ends_ends_it(pty: Pty) -> None:
    pty.type(b"exit\r")
    async with asyncio.timeout(10):
        await pty.ended()


async def test_what_will_not_hang_up_is_ended_with_the_connection(pty: Pty) -> None:
    mark = f"88{os.getpid()}"
    pty.type(f"trap '' HUP TERM; (trap '' HUP TERM; exec sleep {mark}) &\r".encode())
    await until(lambda: _running(mark), "it runs")
    await pty.kill()
    assert not _running(mark)


async def test_where_nobody_gives_terminals_there_is_no_user_for_one(tmp_path: Path) -> None:
    with pytest.raises(ShellUserError):
        await Pty.begun(str(tmp_path / "none"), 100, 30)


async def test_who_gives_none_says_so_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sock"
    server = await asyncio.start_unix_server(lambda _, writer: writer.close(), path)
    async with server:
        with pytest.raises(ShellFailedError):
            await Pty.begun(str(path), 100, 30)


async def test_root_s_terminal_is_not_given() -> None:
    needs_root()
    here, there = socket.socketpair()
    with here:
        await asyncio.to_thread(hold, there)
        first, handles, _, _ = socket.recv_fds(here, 4096, 1)
    assert (handles, b"root" in first) == ([], True)


def _running(mark: str) -> bool:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if process.read_bytes().split(b"\0")[:2] == [b"sleep", mark.encode()]:
                return True
    return False
