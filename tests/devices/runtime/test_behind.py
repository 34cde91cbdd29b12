"""A process behind a window's loop: whichever ends first ends the other."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SCRIPT = """
import asyncio, sys, threading
from devices.runtime.behind import run_behind

class Front:
    def __init__(self):
        self.closed = threading.Event()
    def run(self):
        assert threading.current_thread() is threading.main_thread()
        assert self.closed.wait({front_s}) or {front_s} < 1
    def close(self):
        self.closed.set()

async def serve(ready):
    ready()
    print("at work", flush=True)
    {body}

sys.exit(run_behind("sample", serve, Front(), ended_within_s={ended_within_s}))
"""


@contextmanager
def started(
    body: str, front_s: float = 20, ended_within_s: float = 10
) -> Iterator["subprocess.Popen[str]"]:
    script = SCRIPT.format(body=body, front_s=front_s, ended_within_s=ended_within_s)
    pipe, joined = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=pipe, stderr=joined, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_signal_ends_both_in_order() -> None:
    with started("await asyncio.sleep(20)") as process:
        assert process.stdout is not None
        while process.stdout.readline() != "at work\n":
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        log, _ = process.communicate(timeout=15)
        assert process.returncode == 0, log


def test_a_bug_behind_closes_the_front_and_is_the_exit_code() -> None:
    with started("raise KeyError('a bug')") as process:
        process.communicate(timeout=15)
        assert process.returncode == 1


def test_a_front_that_ends_ends_the_process() -> None:
    with started("await asyncio.sleep(20)", front_s=0.1) as process:
        log, _ = process.communicate(timeout=15)
        assert process.returncode == 0, log


def test_a_front_that_is_stuck_ends_with_the_process() -> None:
    """It cannot be closed, so nothing is left to wait for: the next start is a fresh one."""
    body = "import threading; Front.close = lambda _: None; raise KeyError('a bug')"
    with started(body, front_s=60, ended_within_s=0.5) as process:
        process.communicate(timeout=30)
        assert process.returncode == 1
