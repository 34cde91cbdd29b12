"""The demo shows every screen as it should, and leaves nothing behind, however it ends."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path
from typing import Any

import httpx
import pytest

from provisioning.demo.sample import BOX_A, BOX_B
from tests.waiting import until

STORY_WITHIN_S = 780
A_DARK_GLASS = 30_000  # bytes of its JPEG
ENGINE = (b"vc.engine.focus.rtp", b"vc.engine.focus.video", b"vc.engine.focus.audio")

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]


async def demo(*options: str) -> Process:
    """Start the demo as a person does."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "provisioning.cli", "demo", *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        env={**os.environ, "COLUMNS": "160"},
        start_new_session=True,
    )


async def says(process: Process, pattern: str) -> str:
    """Read the demo's words up to a line like this."""
    assert process.stdout is not None
    async with asyncio.timeout(180):
        async for line in process.stdout:
            if re.search(pattern, text := line.decode()):
                return text
    raise AssertionError(f"it ended and never said {pattern}")


def processes_of(process: Process, state: Path) -> list[int]:
    """Return the demo's processes, and theirs: they name its state, or inherit its mark."""
    marks = (str(state).encode(), f"@motcua-demo/{process.pid}/".encode())
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal()
        and int(entry.name) != os.getpid()
        and any(mark in words_of(entry) for mark in marks)
    ]


def words_of(entry: Path) -> bytes:
    """Return a process's command line and environment; nothing of one that is gone."""
    try:
        return (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
    except OSError:
        return b""


async def test_citizens_officers_a_conference_and_technicians_see_what_they_must(
    tmp_path: Path,
) -> None:
    process = await demo("--check", "--state", str(tmp_path))
    telling = asyncio.create_task(process.communicate())
    done, _ = await asyncio.wait({telling}, timeout=STORY_WITHIN_S)
    if not done:
        process.send_signal(signal.SIGINT)
    out, _ = await asyncio.wait_for(telling, 60)
    assert done, f"not at its end within {STORY_WITHIN_S} s: {out.decode()}"
    assert process.returncode == 0, out.decode()
    pictures = {path.stem for path in (tmp_path / "check" / "pictures").glob("*.png")}
    assert {"kiosk-card", "kiosk-no-paper", "officer", "tv", "dashboard", "demo"} <= pictures
    assert {"room-wall", "room-speaking", "conference-console", "conference-minutes"} <= pictures


async def leaves_nothing_running(process: Process, state: Path, order: signal.Signals) -> None:
    """End a demo that stands; an order by a signal each, in the tests that have one to end."""
    assert len(processes_of(process, state)) > len(ENGINE) + 8
    seen = b" ".join(words_of(Path(f"/proc/{pid}")) for pid in processes_of(process, state))
    assert all(module in seen for module in ENGINE)
    process.send_signal(order)
    code = await asyncio.wait_for(process.wait(), 60)
    assert code == (-signal.SIGKILL if order == signal.SIGKILL else 0)
    await until(lambda: not processes_of(process, state), "nothing runs any more", within_s=30)


@pytest.mark.parametrize("order", [signal.SIGHUP, signal.SIGKILL])
async def test_nothing_is_left_running_however_the_demo_ends(
    tmp_path: Path, order: signal.Signals
) -> None:
    process = await demo("--state", str(tmp_path), "--port", "0")
    await says(process, "http://127")
    await leaves_nothing_running(process, tmp_path, order)


async def test_whatever_is_killed_comes_back_the_screens_and_kiosks_too(tmp_path: Path) -> None:
    """And an interrupt ends all that came back."""
    process = await demo("--state", str(tmp_path), "--port", "0")
    address = (await says(process, "http://127")).split()[-1]
    async with httpx.AsyncClient(base_url=address, timeout=20) as hands:
        for name in [part["name"] for part in await parts(hands)]:
            assert (await hands.post(f"/parts/{name}/kill")).status_code == 204
            async with asyncio.timeout(60):
                while not is_back(name, await parts(hands)):
                    await asyncio.sleep(0.1)
        for box in (BOX_A, BOX_B):
            async with asyncio.timeout(60):
                while len((await hands.get(f"/screens/{box}")).content) < A_DARK_GLASS * 2:
                    await asyncio.sleep(0.1)
    await leaves_nothing_running(process, tmp_path, signal.SIGINT)


async def parts(hands: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return the demo's processes as its page sees them."""
    async with hands.stream("GET", "/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                told: list[dict[str, Any]] = json.loads(line.removeprefix("data:"))["parts"]
                return told
    raise AssertionError("the page tells nothing")


def is_back(name: str, now: list[dict[str, Any]]) -> bool:
    """Return whether it has died and everything is in service."""
    died = any(part["name"] == name and part["deaths"] for part in now)
    return died and all(part["ready"] for part in now)


async def test_a_second_demo_on_the_same_state_is_refused_and_the_first_goes_on(
    tmp_path: Path,
) -> None:
    first = await demo("--state", str(tmp_path), "--port", "0", "--embedded")
    await says(first, "http://127")
    second = await demo("--state", str(tmp_path), "--port", "0")
    out, _ = await asyncio.wait_for(second.communicate(), 30)
    assert second.returncode == 1
    assert "runs on" in " ".join(out.decode().split())
    assert first.returncode is None
    await leaves_nothing_running(first, tmp_path, signal.SIGTERM)
