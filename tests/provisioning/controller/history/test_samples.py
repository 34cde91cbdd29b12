"""Which figures are kept, when they are written, and what becomes of them as they grow old."""

from datetime import timedelta

import msgspec

from devices.contract.identity import BoxId, Part
from devices.contract.message import Connection, DeviceReport, Health, LinkState, PartStatus
from provisioning.controller.figures import Figures
from provisioning.controller.fleet import BoxState, PartState, box_state
from provisioning.controller.history.samples import (
    HOUR_S,
    MOMENT_S,
    NAMES,
    SAME_EVERY_S,
    Changes,
    Sample,
    figures_of,
    rolled,
)
from tests.provisioning.controller.saying import T0, connection, printer, status

AT = int(T0.timestamp()) // HOUR_S * HOUR_S


def box(
    *devices: DeviceReport, figures: dict[str, float] | None = None, lost: bool = False
) -> BoxState:
    agent = PartState(
        box=BoxId("box-1"),
        part=Part("agent"),
        connection=Connection(state=LinkState.LOST if lost else LinkState.READY, boot=1),
        status=PartStatus(boot=1, seq=1, at=T0, health=Health.READY, figures=figures or {}),
        heard_at=T0,
    )
    hardware = PartState(
        box=BoxId("box-1"),
        part=Part("devices"),
        connection=msgspec.structs.replace(
            connection(), state=LinkState.LOST if lost else LinkState.READY
        ),
        status=status(1, *devices),
        heard_at=T0,
    )
    return box_state("box-1", (agent, hardware), T0, timedelta(seconds=210))


def test_a_boxs_machine_paper_and_tickets_are_kept() -> None:
    near_end = printer(Health.WARNING, "printer.paper_near_end")
    state = box(near_end, figures={"cpu_temperature_c": 51.62, "disk_free_share": 0.5049})
    tickets = Figures(issued=12, waiting=3)
    assert dict(figures_of(state, tickets)) == {
        "line": 1.0,
        "paper": 0.5,
        "tickets": 12.0,
        "waiting": 3.0,
        "cpu_temperature_c": 52.0,
        "disk_free_share": 0.5,
    }


def test_of_a_box_that_cannot_be_heard_only_that_is_kept() -> None:
    state = box(printer(), figures={"cpu_temperature_c": 51.0}, lost=True)
    assert dict(figures_of(state, Figures(issued=12))) == {"line": 0.0}


def test_what_a_box_calls_its_figures_does_not_fill_the_store() -> None:
    strange = {f"made_up_{at}": 1.0 for at in range(1000)} | {"load_1min": float("nan")}
    assert {name for name, _ in figures_of(box(figures=strange), Figures())} <= set(NAMES)
    assert "load_1min" not in dict(figures_of(box(figures=strange), Figures()))


def test_a_figure_that_stays_the_same_is_written_once_an_hour() -> None:
    changes = Changes()
    written = [
        sample.at - AT
        for at in range(AT, AT + 2 * HOUR_S + 1, MOMENT_S)
        for sample in changes.fresh("box-1", [("line", 1.0)], at)
    ]
    assert written == [0, SAME_EVERY_S, 2 * SAME_EVERY_S]


def test_a_figure_that_changes_is_written_at_once() -> None:
    changes = Changes()
    values = (1.0, 1.0, 0.0, 0.0, 1.0)
    written = [
        (at, sample.value)
        for at, value in enumerate(values)
        for sample in changes.fresh("box-1", [("line", value)], at)
    ]
    assert written == [(0, 1.0), (2, 0.0), (4, 1.0)]


def moment(at: int, value: float, name: str = "waiting", box: str = "box-1") -> Sample:
    return Sample(box, name, MOMENT_S, at, value, value, value)


def test_an_hours_mean_weighs_how_long_each_value_held() -> None:
    [hour] = rolled([moment(AT, 2.0), moment(AT + 2700, 10.0)], HOUR_S)
    assert hour == Sample("box-1", "waiting", HOUR_S, AT, 4.0, 2.0, 10.0)


def test_hours_figures_and_boxes_are_kept_apart() -> None:
    samples = [
        moment(AT, 1.0, "line"),
        moment(AT, 5.0),
        moment(AT + HOUR_S, 7.0),
        moment(AT, 9.0, box="box-2"),
    ]
    assert [(s.box, s.name, s.at - AT, s.value) for s in rolled(samples, HOUR_S)] == [
        ("box-1", "line", 0, 1.0),
        ("box-1", "waiting", 0, 5.0),
        ("box-1", "waiting", HOUR_S, 7.0),
        ("box-2", "waiting", 0, 9.0),
    ]


def test_a_days_extremes_are_those_of_its_hours() -> None:
    hours = [Sample("b", "w", HOUR_S, 0, 5.0, 1.0, 9.0), Sample("b", "w", HOUR_S, 3600, 7.0, 6, 8)]
    [day] = rolled(hours, 86_400)
    assert (day.least, day.most) == (1.0, 9.0)
