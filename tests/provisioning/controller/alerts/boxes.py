"""Boxes in every state, as the fleet's fold would tell them."""

from datetime import UTC, datetime, timedelta

from devices.contract.identity import AGENT, DEVICES, BoxId
from devices.contract.message import DeviceReport, Health
from provisioning.controller.alerts.alert import News
from provisioning.controller.alerts.readings import BoxFacts
from provisioning.controller.alerts.rules import Rules
from provisioning.controller.alerts.watch import Watch
from provisioning.controller.fleet import BoxState, DeviceView, Line, PartView

T0 = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PROVINCE, COMMUNE = "44", "19495"


def report(
    kind: str,
    health: Health = Health.READY,
    code: str = "",
    name: str = "",
    **facts: str | float | bool,
) -> DeviceReport:
    return DeviceReport(
        name=name or kind,
        kind=kind,
        driver="escpos",
        health=health,
        code=code,
        since=T0,
        facts=facts,
    )


OUT_OF_PAPER = report("printer", Health.FAULT, "printer.out_of_paper")


def box(
    name: str = "gio-linh-1",
    line: Line = Line.READY,
    *devices: DeviceReport,
    path: tuple[str, ...] = (PROVINCE, COMMUNE),
    figures: dict[str, float] | None = None,
    longest_wait_s: float | None = None,
    power_cycles: int = 0,
    certificate_ends: datetime | None = None,
) -> BoxFacts:
    parts = tuple(
        PartView(
            part=part,
            line=line,
            health=Health.READY,
            version="1",
            boot=1,
            heard_at=T0,
            figures=known,
        )
        for part, known in ((AGENT, figures or {}), (DEVICES, {}))
    )
    return BoxFacts(
        state=BoxState(
            box=BoxId(name),
            site="",
            line=line,
            health=Health.READY,
            parts=parts,
            devices=tuple(
                DeviceView(part=DEVICES, report=one, current=line is Line.READY) for one in devices
            ),
        ),
        path=path,
        longest_wait_s=longest_wait_s,
        power_cycles=power_cycles,
        certificate_ends=certificate_ends,
    )


class Watched:
    """A watch and its time."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.watch = Watch(rules or Rules())
        self.now = T0
        self.open: set[tuple[str, str, str]] = set()

    def after(self, seconds: float, *facts: BoxFacts) -> News:
        self.now += timedelta(seconds=seconds)
        for one in facts:
            self.watch.look(one, self.now)
        news = self.watch.step(self.now)
        self.open -= {(key.kind.value, key.where, key.subject) for key in news.cleared}
        self.open |= {(a.key.kind.value, a.key.where, a.key.subject) for a in news.raised}
        return news
