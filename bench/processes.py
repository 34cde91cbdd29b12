"""What a program costs, all its processes together: memory and processor time."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

_END_S = 10.0


class Program:
    """A program that runs, and every process it started."""

    def __init__(self, root: psutil.Process) -> None:
        self._root = root

    def processes(self) -> list[psutil.Process]:
        """Return its processes: its descendants, and those of its session which it let go."""
        found = {self._root, *self._root.children(recursive=True)}
        for process in psutil.process_iter():
            with contextlib.suppress(ProcessLookupError, psutil.Error):
                if os.getsid(process.pid) == self._root.pid:
                    found.add(process)
        return [process for process in found if process.is_running()]

    def pss_mb(self) -> float:
        """Return the proportional set size: shared pages are divided among those who share."""
        return sum(_pss_kb(process.pid) for process in self.processes()) / 1024

    def cpu_s(self) -> float:
        """Return the processor time used so far."""
        total = 0.0
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
        return total


@contextlib.contextmanager
def program(command: Sequence[str], env: Mapping[str, str], log: Path) -> Iterator[Program]:
    """Run a program in a session of its own; all of it is ended with the context."""
    with log.open("wb") as output:
        started = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        running = Program(psutil.Process(started.pid))
        try:
            yield running
        finally:
            _end(started, running.processes())


def _end(started: "subprocess.Popen[bytes]", processes: list[psutil.Process]) -> None:
    started.send_signal(signal.SIGTERM)
    psutil.wait_procs(processes, timeout=_END_S)
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    started.wait(_END_S)


def _pss_kb(pid: int) -> int:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
