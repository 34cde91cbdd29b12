"""`python -m bench [NAME ...]`: run benchmarks and write their tables into docs/benchmarks.md.

Tables of benchmarks that are not run this time stay as they are.
"""

import os
import platform
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    board,
    commands,
    conference,
    conference_media,
    conference_rtp,
    dashboard,
    enrolment,
    ingest,
    kiosk,
    link,
    modbus,
    receipts,
    scanning,
    search,
    smp,
    storm,
)
from bench.soak import measured as soak
from bench.table import Table

PAGE = Path("docs/benchmarks.md")
ALL: dict[str, Callable[[], Table]] = {
    "kiosk": kiosk.measure,
    "ingest": ingest.measure,
    "commands": commands.measure,
    "enrolment": enrolment.measure,
    "conference": conference.measure,
    "conference_long": conference.measure_long,
    "conference_media": conference_media.measure,
    "conference_rtp": conference_rtp.measure,
    "storm": storm.measure,
    "dashboard": dashboard.measure,
    "link": link.measure,
    "board": board.measure,
    "modbus": modbus.measure,
    "smp": smp.measure,
    "search": search.measure,
    "papers1000": receipts.measure,
    "papers": scanning.measure_papers,
    "cards": scanning.measure_cards,
    "soak": soak.measure,
}
_HEAD = """# Benchmarks

`make bench` measures all of it anew; `.venv/bin/python -m bench NAME` one table ({names}).
Every figure stands beside a peer that ran in the same minutes on the same machine: trust the
ratios.
Figures are medians, with the range of the runs in brackets.
"""


def main() -> None:
    """Run the named benchmarks, or all."""
    wanted = sys.argv[1:] or list(ALL)
    if unknown := set(wanted) - set(ALL):
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(ALL)}")
    sections = _written()
    for name in wanted:
        print(f"{name} ...", flush=True)
        text = ALL[name]().as_markdown() + f"\n_{_when_and_where()}_\n"
        sections[name] = f"<!-- {name} -->\n{text}"
        print(text)
        body = "\n".join(sections[name] for name in ALL if name in sections)
        PAGE.write_text(f"{_HEAD.format(names=', '.join(ALL))}\n{body}", encoding="utf-8")


def _written() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    parts = re.split(r"(?m)^<!-- (\w+) -->\n", text)
    return {
        name: f"<!-- {name} -->\n{body.rstrip()}\n"
        for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def _when_and_where() -> str:
    load = os.getloadavg()[0]
    ahead = os.sched_getscheduler(0) in (os.SCHED_RR, os.SCHED_FIFO)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, load {load:.1f} at the end"
        f"{', measured at real-time priority: other programs ran beside it' if ahead else ''}"
    )


if __name__ == "__main__":
    main()
