"""How the back office is, as reports beside those of devices. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import msgspec

from devices.contract.clock import Clock
from devices.contract.config import BadConfigError, Problem
from devices.contract.message import DeviceReport, Health
from kiosk.backoffice.errors import BackOfficeError, RequestRefusedError
from kiosk.domain.calendar import WorkCalendar

OUTBOX_STUCK = "outbox.stuck"
CALENDAR_DOUBTFUL = "calendar.doubtful"
_AHEAD = timedelta(days=120)
_MOST_TEXT = 300


class Standing(msgspec.Struct, frozen=True):
    """How a system stands since when; an empty `code` is well."""

    code: str
    since: datetime


class SystemWatch:
    """What was last heard of each system. One not heard of yet is not told of."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._standing: dict[str, Standing] = {}
        self._heard_at: dict[str, float] = {}

    def heard(self, system: str, error: BackOfficeError | None) -> None:
        """Take note of an answer (None, or a refusal, which is one too), or why there is none."""
        code = "" if error is None or isinstance(error, RequestRefusedError) else error.code
        self._heard_at[system] = self._clock.monotonic()
        known = self._standing.get(system)
        if known is None or known.code != code:
            self._standing[system] = Standing(code, self._clock.now())

    def silent(self, system: str, within_s: float) -> bool:
        """Return whether nothing was heard of it for that long."""
        heard = self._heard_at.get(system)
        return heard is None or self._clock.monotonic() - heard >= within_s

    def reports(self) -> Iterator[DeviceReport]:
        """Yield each system's report."""
        for name, standing in sorted(self._standing.items()):
            yield DeviceReport(
                name=name,
                kind="system",
                driver="http",
                health=Health.WARNING if standing.code else Health.READY,
                code=standing.code,
                since=standing.since,
            )


def misconfigured(bad: Mapping[str, BadConfigError], since: datetime) -> Iterator[DeviceReport]:
    """Yield the systems that are configured and cannot be asked."""
    for name, error in sorted(bad.items()):
        yield _of_files(name, "system", error.problems, since, Health.FAULT)


def outbox_report(waiting: int, stuck: int, since: datetime) -> DeviceReport:
    """Return how much waits for the province, and how much needs an officer."""
    return DeviceReport(
        name="outbox",
        kind="outbox",
        driver="sqlite",
        health=Health.WARNING if stuck else Health.READY,
        code=OUTBOX_STUCK if stuck else "",
        since=since,
        facts={"waiting": float(waiting), "stuck": float(stuck)},
    )


def calendar_report(calendar: WorkCalendar, today: date, since: datetime) -> DeviceReport:
    """Return the years around today whose days off are not announced; this year's is a warning."""
    years = calendar.doubtful_years(today, today + _AHEAD)
    doubtful = today.year in years
    return DeviceReport(
        name="calendar",
        kind="tables",
        driver="files",
        health=Health.WARNING if doubtful else Health.READY,
        code=CALENDAR_DOUBTFUL if doubtful else "",
        since=since,
        facts={"doubtful_years": ", ".join(map(str, years))} if years else {},
    )


def damaged(name: str, problems: tuple[Problem, ...], since: datetime) -> Iterator[DeviceReport]:
    """Yield that the site's own files are not usable, and others hold in their stead."""
    if problems:
        yield _of_files(name, "tables", problems, since, Health.WARNING)


def _of_files(
    name: str, kind: str, problems: tuple[Problem, ...], since: datetime, health: Health
) -> DeviceReport:
    return DeviceReport(
        name=name,
        kind=kind,
        driver="files",
        health=health,
        code=BadConfigError.code,
        text="; ".join(f"{one.key}: {one.text}" for one in problems)[:_MOST_TEXT],
        since=since,
    )
