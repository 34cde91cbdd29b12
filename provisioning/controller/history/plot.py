"""Figures over time as lines to draw. Pure: samples in, coordinates out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import msgspec

from devices.contract.clock import LOCAL
from provisioning.controller.history.samples import (
    LINE,
    MOMENT_S,
    NAMES,
    PAPER,
    SAME_EVERY_S,
    Sample,
)

WIDTH, HEIGHT = 480, 96
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 476, 6, 80
_BUCKETS = 160
_HOLDS_S = SAME_EVERY_S + 2 * MOMENT_S
_WHOLE = {LINE: 1.0, PAPER: 1.0, "disk_free_share": 1.0, "memory_free_share": 1.0}
_AROUND = ("cpu_temperature_c", "clock_offset_s")  # not from zero on


class Range(StrEnum):
    """How far back is looked."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


_SPANS = {
    Range.DAY: (timedelta(hours=24), timedelta(hours=4), "%H:%M"),
    Range.WEEK: (timedelta(days=7), timedelta(days=1), "%d/%m"),
    Range.MONTH: (timedelta(days=30), timedelta(days=5), "%d/%m"),
}


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """A figure over time: `line` and `band` (least to most) are SVG paths of 480 x 96."""

    name: str
    line: str
    band: str
    low: float
    high: float
    latest: float
    ticks: tuple[tuple[float, str], ...]


class _Bucket(msgspec.Struct):
    lasting: float = 0.0
    sum: float = 0.0
    least: float = float("inf")
    most: float = float("-inf")


def since(span: Range, now: datetime) -> datetime:
    """Return where a range begins."""
    return now - _SPANS[span][0]


def plots(samples: Iterable[Sample], span: Range, now: datetime) -> list[Plot]:
    """Return a plot of every figure that has samples, in the order of NAMES."""
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, []).append(sample)
    known = [(name, by_name[name]) for name in NAMES if name in by_name]
    return [_plot(name, some, span, now) for name, some in known]


def _plot(name: str, samples: Sequence[Sample], span: Range, now: datetime) -> Plot:
    begins, ends = since(span, now).timestamp(), now.timestamp()
    buckets = _buckets(samples, begins, ends)
    low, high = _scale(name, buckets)

    def y(value: float) -> float:
        return round(_BOTTOM - (value - low) / (high - low) * (_BOTTOM - _TOP), 1)

    def x(at: int) -> float:
        return round(_LEFT + (at + 0.5) / _BUCKETS * (_RIGHT - _LEFT), 1)

    runs = list(_runs(buckets))
    means = [[(x(at), y(b.sum / b.lasting)) for at, b in run] for run in runs]
    bands = [
        [(x(at), y(b.most)) for at, b in run] + [(x(at), y(b.least)) for at, b in reversed(run)]
        for run in runs
    ]
    return Plot(
        name=name,
        line="".join(_path(points) for points in means),
        band="".join(f"{_path(points)}z" for points in bands),
        low=low,
        high=high,
        latest=samples[-1].value,
        ticks=tuple(_ticks(span, now)),
    )


def _buckets(samples: Sequence[Sample], begins: float, ends: float) -> dict[int, _Bucket]:
    """Return what holds in each slice of time; nothing where nothing is known."""
    width = (ends - begins) / _BUCKETS
    buckets: dict[int, _Bucket] = {}
    nexts = [sample.at for sample in samples[1:]] + [ends]
    for sample, following in zip(samples, nexts, strict=True):
        holds = _HOLDS_S if sample.span == MOMENT_S else sample.span
        until = min(following, sample.at + holds, ends)
        at = max(float(sample.at), begins)
        while at < until:
            slot = min(int((at - begins) / width), _BUCKETS - 1)
            edge = min(until, begins + (slot + 1) * width)
            lasting = max(edge - at, 1e-6)
            bucket = buckets.setdefault(slot, _Bucket())
            bucket.lasting += lasting
            bucket.sum += sample.value * lasting
            bucket.least = min(bucket.least, sample.least)
            bucket.most = max(bucket.most, sample.most)
            at = max(edge, at + 1e-3)
    return buckets


def _runs(buckets: dict[int, _Bucket]) -> Iterator[list[tuple[int, _Bucket]]]:
    """Yield the stretches without a gap."""
    slots = sorted(buckets)
    run = [(slot, buckets[slot]) for slot in slots[:1]]
    for before, slot in pairwise(slots):
        if slot != before + 1:
            yield run
            run = []
        run.append((slot, buckets[slot]))
    if run:
        yield run


def _scale(name: str, buckets: dict[int, _Bucket]) -> tuple[float, float]:
    low = min((bucket.least for bucket in buckets.values()), default=0.0)
    high = max((bucket.most for bucket in buckets.values()), default=1.0)
    if name in _WHOLE:
        return 0.0, _WHOLE[name]
    if name in _AROUND:
        return low - 1.0, high + 1.0
    return min(low, 0.0), max(high, 1.0)


def _path(points: Sequence[tuple[float, float]]) -> str:
    if len(points) == 1:
        [(x, y)] = points
        return f"M{x:g} {y:g}h1"
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _ticks(span: Range, now: datetime) -> Iterator[tuple[float, str]]:
    """Yield where whole hours or days of Viet Nam are, and their words."""
    long, step, form = _SPANS[span]
    begins = now - long
    at = now.astimezone(LOCAL).replace(minute=0, second=0, microsecond=0)
    at = at.replace(hour=at.hour // 4 * 4 if span is Range.DAY else 0)
    while at > begins:
        share = (at - begins) / long
        yield round(_LEFT + share * (_RIGHT - _LEFT), 1), at.strftime(form)
        at -= step
