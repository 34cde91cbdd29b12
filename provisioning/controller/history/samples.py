"""Samples: which figures of a box are kept, and how they become hours and days. Pure."""

import math
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby

import msgspec

from devices.contract.identity import AGENT
from devices.contract.message import Health
from devices.messages import Kind
from provisioning.controller.figures import Figures
from provisioning.controller.fleet import BoxState, Line

MOMENT_S = 300
HOUR_S = 3600
DAY_S = 86_400
MOMENTS_KEPT = timedelta(days=7)
HOURS_KEPT = timedelta(days=90)
DAYS_KEPT = timedelta(days=3 * 366)
SAME_EVERY_S = HOUR_S
"""A figure that stays the same is written once an hour; until the next sample it holds."""

LINE, PAPER, TICKETS, WAITING = "line", "paper", "tickets", "waiting"
_OF_MACHINE = {  # the agent's figures, and to how many digits they are kept
    "cpu_temperature_c": 0,
    "disk_free_share": 2,
    "memory_free_share": 1,
    "load_1min": 1,
    "clock_offset_s": 1,
}
NAMES = (TICKETS, WAITING, LINE, PAPER, *_OF_MACHINE)
"""All names there are: what a box calls its figures cannot fill the store."""
_PAPER = {"printer.out_of_paper": 0.0, "printer.paper_near_end": 0.5}


class Sample(msgspec.Struct, frozen=True):
    """A figure from `at` on (seconds since 1970); of an hour or a day its mean, least and most."""

    box: str
    name: str
    span: int
    at: int
    value: float
    least: float
    most: float


def figures_of(state: BoxState, figures: Figures) -> Iterator[tuple[str, float]]:
    """Yield what is kept of a box now: of one that cannot be heard, only that."""
    yield LINE, float(state.line is Line.READY)
    if state.line is not Line.READY:
        return
    if figures.issued:
        yield TICKETS, float(figures.issued)
        yield WAITING, float(figures.waiting)
    for device in state.devices:
        report = device.report
        if report.kind == Kind.PRINTER and device.current:
            paper = _PAPER.get(report.code, 1.0 if report.health is Health.READY else None)
            if paper is not None:
                yield PAPER, paper
    for part in state.parts:
        if part.part == AGENT and part.line is Line.READY:
            for name, digits in _OF_MACHINE.items():
                value = part.figures.get(name)
                if value is not None and math.isfinite(value):
                    yield name, round(value, digits)


class Changes:
    """What was written last of every figure, so that the same is not written each time."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[float, int]] = {}

    def fresh(self, box: str, figures: Iterable[tuple[str, float]], at: int) -> Iterator[Sample]:
        """Yield the samples of a box that are to be written."""
        for name, value in dict(figures).items():
            last = self._last.get((box, name))
            if last is None or last[0] != value or at - last[1] >= SAME_EVERY_S:
                self._last[box, name] = value, at
                yield Sample(box, name, MOMENT_S, at, value, value, value)


def rolled(samples: Iterable[Sample], span: int) -> Iterator[Sample]:
    """Yield the samples, in the order of box, name and time, as those of a longer span.

    A sample holds until the next one, and the last one until its span ends.
    """

    def spanned(sample: Sample) -> tuple[str, str, int]:
        return sample.box, sample.name, sample.at // span * span

    for (box, name, at), group in groupby(samples, spanned):
        some = list(group)
        ends = [*(sample.at for sample in some[1:]), at + span]
        lasting = [end - sample.at for sample, end in zip(some, ends, strict=True)]
        weight = sum(lasting) or 1
        mean = sum(s.value * s_for for s, s_for in zip(some, lasting, strict=True)) / weight
        least, most = min(s.least for s in some), max(s.most for s in some)
        yield Sample(box, name, span, at, mean, least, most)
