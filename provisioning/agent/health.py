"""How the machine itself does, in figures with units in their names. Blocking: `/proc` and disks.

A figure that this machine cannot tell is left out.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
THERMAL = Path("/sys/class/thermal")
_MILLI = 1000.0


def machine_figures(disk: Path, *, proc: Path = PROC, thermal: Path = THERMAL) -> dict[str, float]:
    """Return uptime, temperature, disk, memory and load as they are now."""
    figures: dict[str, float] = {}
    for name, value in _readings(disk, proc, thermal):
        figures[name] = round(value, 3)
    return figures


def _readings(disk: Path, proc: Path, thermal: Path) -> Iterator[tuple[str, float]]:
    try:
        usage = shutil.disk_usage(disk)
        yield "disk_free_share", usage.free / usage.total
    except OSError:
        pass
    yield from _uptime(proc)
    yield from _memory(proc)
    yield from _temperature(thermal)
    yield "load_1min", os.getloadavg()[0]


def _uptime(proc: Path) -> Iterator[tuple[str, float]]:
    words = _text(proc / "uptime").split()
    if words:
        yield "uptime_s", float(words[0])


def _memory(proc: Path) -> Iterator[tuple[str, float]]:
    lines = (line.partition(":") for line in _text(proc / "meminfo").splitlines())
    kib = {name: int(rest.split()[0]) for name, _, rest in lines if rest.split()}
    if kib.get("MemTotal") and "MemAvailable" in kib:
        yield "memory_free_share", kib["MemAvailable"] / kib["MemTotal"]


def _temperature(thermal: Path) -> Iterator[tuple[str, float]]:
    """Yield the warmest zone: a Pi has one, a PC has several."""
    texts = [_text(zone) for zone in sorted(thermal.glob("thermal_zone*/temp"))]
    readings = [int(text) / _MILLI for text in texts if text.lstrip("-").isdigit()]
    if readings:
        yield "cpu_temperature_c", max(readings)


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
