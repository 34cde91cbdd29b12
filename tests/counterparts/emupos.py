"""emupos, an ESC/POS interpreter written by others: draws what it is sent, answers, has faults.

It needs Python 3.13, so it lives in a virtual environment of its own. `python -m
tests.counterparts.emupos` prepares it.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from devices.runtime.ports import free_port

VERSION = "0.4.0"
FOLDER = Path(__file__).parents[2] / ".venv-emupos"
PROGRAM = FOLDER / "bin" / "emupos"
_START_WITHIN_S = 90.0
_STOP_WITHIN_S = 10.0

FAULTS = ("paper-near-end", "paper-out", "cover-open", "offline")


class NoEmuposError(AssertionError):
    """emupos cannot be had on this machine."""


@dataclass(frozen=True)
class Emupos:
    """A running emulator with one 576-dot printer."""

    port: int
    pty: Path
    pid: int
    _api: httpx.Client
    _receipts: Path

    def fault_set(self, fault: str) -> None:
        """Break it: one of `FAULTS`."""
        self._api.put(f"front/faults/{fault}").raise_for_status()

    def fault_clear(self, fault: str) -> None:
        self._api.delete(f"front/faults/{fault}").raise_for_status()

    def mend(self) -> None:
        """Clear every fault."""
        for fault in FAULTS:
            self.fault_clear(fault)

    def pictures(self) -> list[Path]:
        """Return the receipts that came out so far, oldest first."""
        return [done.with_suffix(".png") for done in sorted(self._receipts.glob("*.json"))]


def ensure_emupos() -> Path:
    """Return emupos's program, installed at need; raises NoEmuposError, saying how to get it."""
    if PROGRAM.exists():
        return PROGRAM
    python = _python_313()
    if python is None:
        raise NoEmuposError("emupos needs Python 3.13 or newer: install python3.13 and try again")
    try:
        _run(python, "-m", "venv", str(FOLDER))
        _run(str(FOLDER / "bin" / "python"), "-m", "pip", "install", "-q", f"emupos=={VERSION}")
    except subprocess.CalledProcessError as error:
        shutil.rmtree(FOLDER, ignore_errors=True)
        raise NoEmuposError(
            f"pip install emupos=={VERSION} with {python} failed: {error.stderr.strip()[-300:]}"
        ) from error
    return PROGRAM


@contextlib.contextmanager
def emupos_running(directory: Path, *, port: int = 0) -> Iterator[Emupos]:
    """Run the emulator as long as the context lasts; `port` is its raw TCP port, or a free one."""
    program, port, api_port = ensure_emupos(), port or free_port(), free_port()
    config = directory / "emupos.yaml"
    config.write_text(_CONFIG.format(api_port=api_port, port=port), "utf-8")
    log = directory / "emupos.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(program.with_name("python")), "-c", _SERVE, str(config)],
            cwd=directory,
            env={**os.environ, "TMPDIR": str(directory), "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{api_port}/api/v1/devices", trust_env=False
        ) as api:
            _wait_started(process, api, log)
            pty, receipts = directory / "emupos" / "front", directory / "receipts"
            yield Emupos(port, pty, process.pid, api, receipts)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_started(process: "subprocess.Popen[bytes]", api: httpx.Client, log: Path) -> None:
    end = time.monotonic() + _START_WITHIN_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NoEmuposError(f"emupos ended: {log.read_text('utf-8', 'replace')[-500:]}")
        with contextlib.suppress(httpx.TransportError):
            if api.get("front").is_success:
                return
        time.sleep(0.05)
    raise NoEmuposError(f"emupos did not start: {log.read_text('utf-8', 'replace')[-500:]}")


def _python_313() -> str | None:
    names = ("python3.13", "python3.14")
    pyenv = sorted(Path.home().glob(".pyenv/versions/3.1[34]*/bin/python3.1[34]"))
    candidates = [found for name in names if (found := shutil.which(name))] + list(map(str, pyenv))
    return next(filter(_runs, candidates), None)


def _runs(python: str) -> bool:
    """Return whether it does run: a shim may refuse."""
    return (
        subprocess.run(
            [python, "-c", "import venv, ensurepip"], capture_output=True, check=False
        ).returncode
        == 0
    )


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


# `emupos run` without its journal on the terminal, which takes a millisecond a line.
_SERVE = """
import sys, pathlib
from emupos.config import load_config_file
from emupos.daemon.server import serve
serve(load_config_file(pathlib.Path(sys.argv[1])), lambda _: None)
"""
_CONFIG = """\
schema: 1
api: {{ host: 127.0.0.1, port: {api_port} }}
devices:
  - id: front
    type: printer
    profile: epson-tm-t20iii
    job_idle_timeout_ms: 600000
    connections:
      - tcp: {{ port: {port} }}
      - serial: {{ pty: true }}
    receipts_dir: ./receipts
"""

if __name__ == "__main__":
    try:
        print(ensure_emupos())  # noqa: T201 - a script's answer
    except NoEmuposError as error:
        sys.exit(str(error))
