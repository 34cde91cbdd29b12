"""The dashboard's pages, drawn from the overview with Jinja. Pure: facts in, HTML out."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import jinja2
import msgspec

from devices.contract.clock import LOCAL, local_day
from devices.contract.message import DeviceReport, Health
from devices.messages import Kind
from provisioning.controller.fleet import DeviceView
from provisioning.controller.overview import BoxSummary, Summary
from provisioning.controller.queries import StoredEvent
from provisioning.controller.rights import Person, Right
from provisioning.controller.store import Asked
from provisioning.controller.texts import Language, word

PLACES = (
    ("overview", "/", Right.SEE),
    ("alerts", "/alerts", Right.SEE),
    ("enrolment", "/enrolment", Right.PROVISION),
    ("settings", "/settings", Right.PROVISION),
    ("units", "/units", Right.ADMINISTER),
    ("reports", "/reports", Right.SEE),
    ("people", "/people", Right.ADMINISTER),
    ("audit", "/audit", Right.AUDIT),
)
"""The dashboard's places: name, path, and the right that shows them."""
_AGO = (("s", 60, 1), ("min", 3600, 60), ("h", 86_400, 3600), ("d", float("inf"), 86_400))
_JUST_NOW_S = 5
_BARS = range(6, 20)  # the hours that any office is open


class EventRow(msgspec.Struct, frozen=True):
    """An event as the page shows it."""

    id: int
    at: datetime
    kind: str
    number: str
    service: str
    counter: str


class _Body(msgspec.Struct, frozen=True):
    number: str = ""
    service: str = ""
    counter: str = ""


class Pages:
    """Draws the pages."""

    def __init__(self) -> None:
        self._jinja = jinja2.Environment(
            loader=jinja2.PackageLoader("provisioning.controller"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def overview(self, language: Language, summary: Summary, boxes: Sequence[BoxSummary]) -> str:
        """Return the page of all boxes."""
        bars = [(hour, summary.issued_by_hour[hour]) for hour in _BARS]
        most = max(*(count for _, count in bars), 1)
        return self.draw(
            "overview.html",
            language,
            summary.at,
            summary=summary,
            boxes=boxes,
            bars=bars,
            most=most,
        )

    def box(
        self,
        language: Language,
        now: datetime,
        box: BoxSummary,
        *,
        events: Sequence[StoredEvent],
        commands: Sequence[Asked],
    ) -> str:
        """Return the page of one box."""
        return self.draw(
            "box.html",
            language,
            now,
            box=box,
            events=[_event_row(event) for event in events],
            commands=commands,
        )

    def draw(
        self,
        name: str,
        language: Language,
        now: datetime,
        *,
        person: Person | None = None,
        here: str = "",
        there: str = "",
        **facts: object,
    ) -> str:
        """Return the page of a template, with the words and forms that all pages share.

        `here` is the page's place among PLACES, which are shown as far as the person's rights go;
        `there` is its query (`unit=79&`), which the page in the other language keeps.
        """
        return self._jinja.get_template(name).render(
            **facts,
            person=person,
            here=here,
            there=there,
            places=PLACES,
            language=language,
            other="en" if language == "vi" else "vi",
            t=partial(word, language),
            ago=partial(_ago, language, now),
            span=partial(_span, language),
            clock=partial(_clock, now),
            fact=_fact,
            look=_look,
            said=partial(_said, language),
            called=partial(_called, language),
            testable=frozenset(kind.value for kind in Kind),
        )


def _look(device: DeviceView) -> str:
    return device.report.health.value if device.current else "unknown"


def _called(language: Language, report: DeviceReport) -> str:
    """Return a device's name; that of a site's line is the site's."""
    return word(language, f"device.{report.name}", str(report.facts.get("site", report.name)))


def _said(language: Language, device: DeviceView) -> str:
    """Return in few words how a device is."""
    report = device.report
    if report.health is Health.READY and not report.code:
        return word(language, "health.ready")
    return word(language, f"code.{report.code}", report.text or report.code)


def _ago(language: Language, now: datetime, moment: datetime | None) -> str:
    if moment is None:
        return word(language, "never")
    seconds = max(0.0, (now - moment).total_seconds())
    if seconds < _JUST_NOW_S:
        return word(language, "ago.now")
    unit, _, size = next(step for step in _AGO if seconds < step[1])
    return word(language, f"ago.{unit}").format(n=int(seconds // size))


def _span(language: Language, seconds: float | None) -> str:
    """Return a waiting time as people say it."""
    if seconds is None:
        return "–"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} {word(language, 'unit.s')}"
    minutes = round(seconds / 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} {word(language, 'unit.min')}"
    return f"{minutes // 60} {word(language, 'unit.h')} {minutes % 60:02}"


def _clock(now: datetime, moment: datetime) -> str:
    """Return the time of day in Viet Nam, with its date when that is not today."""
    today = local_day(moment) == local_day(now)
    return moment.astimezone(LOCAL).strftime("%H:%M:%S" if today else "%H:%M:%S %d/%m")


def _fact(value: str | float | bool) -> str:  # noqa: FBT001 - a driver's figure, as reported
    if isinstance(value, bool):
        return "✓" if value else "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _event_row(event: StoredEvent) -> EventRow:
    try:
        body = msgspec.json.decode(event.body, type=_Body)
    except (msgspec.DecodeError, RecursionError):
        body = _Body()  # of a newer schema: its kind and time are shown
    return EventRow(event.id, event.at, event.kind, body.number, body.service, body.counter)
