"""A tended child is started, waited for, started again, and never outlives the one who tends it."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from devices.runtime.alongside import alongside
from provisioning.demo.child import Child, ChildMissingError, ChildPlan, ChildRefusedError
from tests.waiting import until

NOTIFIES = """
import os, socket, sys, time
told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
told.sendto(b"READY=1", chr(0) + os.environ["NOTIFY_SOCKET"][1:])
time.sleep(600)
"""
REFUSES = "import sys; print('config.toml: bus.port: is missing'); sys.exit(78)"
TENDS = """
import asyncio, pathlib, sys
from tests.provisioning.demo.test_child import NOTIFIES, python
from provisioning.demo.child import Child

async def tend():
    child = Child(python("orphan", NOTIFIES), pathlib.Path(sys.argv[1]))
    task = asyncio.ensure_future(child.tend())
    await child.wait_ready()
    print(child.pid, flush=True)
    await task

asyncio.run(tend())
"""


def python(name: str, program: str, *arguments: str) -> ChildPlan:
    return ChildPlan(
        name=name, argv=(sys.executable, "-c", program, *arguments), env=dict(os.environ)
    )


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_a_child_is_in_service_when_it_says_so_and_gone_when_it_is_no_longer_tended(
    tmp_path: Path,
) -> None:
    child = Child(python("one", NOTIFIES), tmp_path)
    assert not child.is_ready
    async with alongside(child.tend(), name="one"):
        await asyncio.wait_for(child.wait_ready(), 10)
        pid = child.pid
        assert lives(pid)
    assert not lives(pid)
    assert not child.is_ready


async def test_a_child_that_is_killed_is_started_again(tmp_path: Path) -> None:
    child = Child(python("one", NOTIFIES), tmp_path)
    async with alongside(child.tend(), name="one"):
        await asyncio.wait_for(child.wait_ready(), 10)
        first = child.pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: child.is_ready and child.pid not in (0, first), "another")
        assert child.deaths == 1


async def test_a_child_that_refuses_its_configuration_is_not_started_again(tmp_path: Path) -> None:
    child = Child(python("one", REFUSES), tmp_path)
    with pytest.raises(ChildRefusedError, match="is missing"):
        await asyncio.wait_for(child.tend(), 10)


async def test_a_missing_program_is_said_with_the_way_to_get_it(tmp_path: Path) -> None:
    child = Child(ChildPlan(name="x", argv=("no-such-program",), env={}), tmp_path)
    with pytest.raises(ChildMissingError, match="apt-get install no-such-program"):
        await child.tend()


async def test_a_child_dies_with_its_tender_even_when_that_is_killed(tmp_path: Path) -> None:
    tender = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", TENDS, str(tmp_path)), stdout=asyncio.subprocess.PIPE
    )
    assert tender.stdout is not None
    pid = int(await asyncio.wait_for(tender.stdout.readline(), 20))
    assert lives(pid)
    tender.kill()
    await tender.wait()
    await until(lambda: not lives(pid), "the child is gone")


async def test_a_childs_number_stands_in_its_file_also_when_it_was_started_again(
    tmp_path: Path,
) -> None:
    plan = replace(python("one", NOTIFIES), pid_file=tmp_path / "one.pid")
    child = Child(plan, tmp_path)
    async with alongside(child.tend(), name="one"):
        await asyncio.wait_for(child.wait_ready(), 10)
        first = int((tmp_path / "one.pid").read_text())
        assert first == child.pid
        os.kill(first, signal.SIGTERM)
        await until(lambda: child.pid not in (0, first), "it runs again")
        await until(lambda: int((tmp_path / "one.pid").read_text()) == child.pid, "its new number")
