"""The dashboard's pages, drawn from the overview with Jinja. Pure: facts in, HTML out."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

import jinja2
import msgspec
from markupsafe import Markup

from devices.contract.clock import LOCAL, local_day
from devices.contract.message import DeviceReport, Health
from devices.messages import Kind
from provisioning.controller.board import Asked, BoxRow, View
from provisioning.controller.branches import Need
from provisioning.controller.fleet import DeviceView
from provisioning.controller.history.plot import Plot, Range
from provisioning.controller.overview import BoxSummary
from provisioning.controller.queries import StoredEvent
from provisioning.controller.registry.records import BoxRecord
from provisioning.controller.rights import Person, Right
from provisioning.controller.texts import Language, told, word

PLACES = (
    ("overview", "/", Right.SEE),
    ("alerts", "/alerts", Right.SEE),
    ("enrolment", "/enrolment", Right.PROVISION),
    ("settings", "/settings", Right.PROVISION),
    ("firmware", "/firmware", Right.PROVISION),
    ("shells", "/shells", Right.PROVISION),
    ("units", "/units", Right.ADMINISTER),
    ("reports", "/reports", Right.SEE),
    ("people", "/people", Right.ADMINISTER),
    ("audit", "/audit", Right.AUDIT),
)
"""The dashboard's places: name, path, and the right that shows them."""
_AGO = (("s", 60, 1), ("min", 3600, 60), ("h", 86_400, 3600), ("d", float("inf"), 86_400))
_JUST_NOW_S = 5
_WHYS = 2
_DAY_S = 86_400
_BARS = range(6, 20)  # the hours that any office is open


class EventRow(msgspec.Struct, frozen=True):
    """An event as the page shows it."""

    id: int
    at: datetime
    kind: str
    number: str
    service: str
    counter: str


class BoxFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a box shows. `way` is its units with their names, root first.

    `panels` are other rooms' parts of the page, drawn already.
    """

    box: BoxSummary
    way: tuple[tuple[str, str], ...]
    record: BoxRecord | None
    events: Sequence[StoredEvent]
    plots: Sequence[Plot]
    span: Range
    panels: Sequence[str] = ()


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

    def overview_main(self, language: Language, view: View) -> str:
        """Return what the page of all boxes shows, without its frame."""
        summary = view.summary
        bars = [(hour, summary.issued_by_hour[hour]) for hour in _BARS]
        return self.draw(
            "overview_main.html",
            language,
            summary.at,
            view=view,
            summary=summary,
            bars=bars,
            most=max(*(count for _, count in bars), 1),
            href=partial(_href, view.asked),
            needs=tuple(Need),
        )

    def overview(
        self, language: Language, now: datetime, asked: Asked, main: str, person: Person | None
    ) -> str:
        """Return the page of all boxes around what it shows."""
        there = _href(asked).removeprefix("/").removeprefix("?")
        return self.draw(
            "overview.html",
            language,
            now,
            person=person,
            here="overview",
            there=f"{there}&" if there else "",
            shown=Markup(main),  # noqa: S704 - drawn by overview_main, which escapes
        )

    def box(self, language: Language, now: datetime, person: Person | None, facts: BoxFacts) -> str:
        """Return the page of one box."""
        path = facts.box.path
        return self.draw(
            "box.html",
            language,
            now,
            person=person,
            there=f"span={facts.span}&",
            box=facts.box,
            way=facts.way,
            record=facts.record,
            events=[_event_row(event) for event in facts.events],
            plots=facts.plots,
            ranges=tuple(Range),
            span_shown=facts.span,
            panels=[Markup(panel) for panel in facts.panels],  # noqa: S704 - drawn by `draw`
            may_operate=person is not None and person.may(Right.OPERATE, path),
            at=now,
            day=_day,
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
            count=partial(_count, language),
            amount=partial(_amount, language),
            share=partial(_share, language),
            fact=partial(_fact, language),
            told=partial(told, language),
            look=_look,
            said=partial(_said, language),
            called=partial(_called, language),
            why=partial(_why, language),
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


def _why(language: Language, row: BoxRow) -> str:
    """Return in few words what a box needs somebody for."""
    worst = {Need.FAULT: Health.FAULT, Need.WARNING: Health.WARNING}.get(row.need)
    if worst is None:
        return word(language, f"line.{row.box.state.line}")
    failing = [d for d in row.box.state.devices if d.current and d.report.health is worst]
    said = [f"{_called(language, d.report)}: {_said(language, d)}" for d in failing[:_WHYS]]
    if len(failing) > _WHYS:
        said.append(f"+{len(failing) - _WHYS}")
    return " · ".join(said) or word(language, f"health.{worst}")


def _href(asked: Asked, **other: str) -> str:
    """Return the overview's address as it is asked for, with these parts of it otherwise."""
    kept = {"unit": asked.unit, "need": asked.need or "", "words": asked.words}
    query = urlencode({name: value for name, value in (kept | other).items() if value})
    return f"/?{query}" if query else "/"


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


def _count(language: Language, number: int) -> str:
    """Return a count as it is written: 12.345 in Vietnamese, 12,345 in English."""
    return f"{number:,}".replace(",", "." if language == "vi" else ",")


def _amount(language: Language, name: str, value: float) -> str:
    """Return a part's figure as people read it: by the unit in its name."""
    match name.rpartition("_")[2]:
        case "share":
            return f"{value:.0%}"
        case "c":
            return f"{value:.0f} °C"
        case "s" if value >= _DAY_S:
            return f"{value / _DAY_S:.0f} {word(language, 'unit.d')}"
        case "s" if abs(value) >= 1:
            return _span(language, value)
        case "line" | "paper":
            return f"{value:.0%}"
        case _:
            return f"{value:.4g}".replace(".", "," if language == "vi" else ".")


def _day(moment: datetime) -> str:
    return moment.astimezone(LOCAL).strftime("%d/%m/%Y")


def _share(language: Language, some: int, of: int) -> Markup:
    return Markup("{}<small>/{}</small>").format(_count(language, some), _count(language, of))


def _clock(now: datetime, moment: datetime) -> str:
    """Return the time of day in Viet Nam, with its date when that is not today."""
    today = local_day(moment) == local_day(now)
    return moment.astimezone(LOCAL).strftime("%H:%M:%S" if today else "%H:%M:%S %d/%m")


def _fact(language: Language, value: str | float | bool) -> str:  # noqa: FBT001 - as reported
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, str):
        return word(language, f"said.{value}", value or " ")
    return f"{value:g}"


def _event_row(event: StoredEvent) -> EventRow:
    try:
        body = msgspec.json.decode(event.body, type=_Body)
    except (msgspec.DecodeError, RecursionError):
        body = _Body()  # of a newer schema: its kind and time are shown
    return EventRow(event.id, event.at, event.kind, body.number, body.service, body.counter)
