"""The plan's configurations are ones its processes take; each box stands on its own bus."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.board.mcuboot import McubootBoardConfig
from devices.config import DevicesConfig
from devices.contract.config import parse_toml
from devices.runtime.settings import ProcessConfig
from devices.web.pin import hash_pin
from kiosk.catalogue.tables import read_calendar
from kiosk.counter.config import CounterConfig
from kiosk.register.config import RegisterConfig
from kiosk.ui.config import KioskConfig
from provisioning.agent.config import AgentConfig
from provisioning.controller.config import ControllerConfig
from provisioning.demo import sample
from provisioning.demo.board.plan import BoardKind
from provisioning.demo.carton import CARTON
from provisioning.demo.plan import Plan
from provisioning.demo.ports import any_ports
from provisioning.demo.sample import BOX_A, BOX_B
from provisioning.demo.topology import Broker, Settings, province_plan

KINDS: dict[str, type[ProcessConfig]] = {
    "devices": DevicesConfig,
    "counter": CounterConfig,
    "register": RegisterConfig,
    "kiosk": KioskConfig,
    "controller": ControllerConfig,
}
SETTINGS = Settings(
    root=Path("/nowhere"),
    ports=any_ports((BOX_A, BOX_B)),
    displays={BOX_A: 91, BOX_B: 92},
    broker=Broker.MOSQUITTO,
    python="python3",
    env={},
    user="nobody",
    pin_hash=hash_pin(sample.PIN),
)


def configurations(plan: Plan) -> dict[str, ProcessConfig]:
    return {
        f"{path.parent.name}.{path.stem}": parse_toml(text, KINDS[path.stem])
        for path, text in plan.files.items()
        if path.stem in KINDS
    }


def names(plan: Plan) -> list[str]:
    return [child.name for layer in plan.layers for child in layer.children]


def test_every_configuration_is_one_its_process_takes() -> None:
    plan = province_plan(SETTINGS)
    assert set(configurations(plan)) == {
        name for name in names(plan) if name.split(".")[1] in KINDS
    }


def test_a_box_stands_on_its_own_broker_and_reaches_the_province_by_a_line_of_its_own() -> None:
    plan = province_plan(SETTINGS)
    ports = SETTINGS.ports
    for name, config in configurations(plan).items():
        box = name.split(".")[0]
        assert config.bus.port == ports.brokers.get(box, ports.province)
    for line in plan.lines:
        bridged = plan.files[Path(f"/nowhere/{line.box}/broker/mosquitto.conf")]
        assert f"address 127.0.0.1:{line.port}" in bridged
        assert line.to_port == ports.province


@pytest.mark.parametrize("kind", BoardKind)
def test_the_first_box_has_a_board_whose_buttons_call_at_its_desks(kind: BoardKind) -> None:
    plan = province_plan(replace(SETTINGS, board=kind))
    found = configurations(plan)
    counter, devices = found[f"{BOX_A}.counter"], found[f"{BOX_A}.devices"]
    assert isinstance(counter, CounterConfig)
    assert isinstance(devices, DevicesConfig)
    there = kind is not BoardKind.NONE
    assert (f"{BOX_A}.board" in names(plan)) is (kind is BoardKind.FIRMWARE)
    assert bool(plan.boxes[BOX_A].board) is bool(devices.board) is bool(counter.buttons) is there
    assert not isinstance(devices.board, McubootBoardConfig)
    if devices.board:
        assert {one.button for one in counter.buttons} <= set(devices.board.buttons)
        assert {desk.lamp for desk in counter.counters} <= set(devices.board.lamps)
    others = found[f"{BOX_B}.devices"]
    assert isinstance(others, DevicesConfig)
    assert others.board is None


def test_both_kiosks_ask_the_one_counter_server_of_the_site() -> None:
    plans = configurations(province_plan(SETTINGS))
    asked = {config.counter.url for config in plans.values() if isinstance(config, KioskConfig)}
    assert asked == {f"http://127.0.0.1:{SETTINGS.ports.counter}"}


def test_papers_are_scanned_where_there_is_memory_for_them() -> None:
    without, found = (
        configurations(province_plan(replace(SETTINGS, memory=memory)))
        for memory in (None, Path("/memory"))
    )
    assert not any(one.scans for one in without.values() if isinstance(one, DevicesConfig))
    devices, kiosk = found[f"{BOX_A}.devices"], found[f"{BOX_A}.kiosk"]
    counter = found[f"{BOX_A}.counter"]
    assert isinstance(devices, DevicesConfig)
    assert isinstance(kiosk, KioskConfig)
    assert isinstance(counter, CounterConfig)
    assert devices.scans
    assert devices.scans.folder == kiosk.scans_folder
    for folder in (devices.scans.folder, counter.drafts.key_folder):
        assert Path(folder).is_relative_to("/memory")


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-23", "2026-04-30", "2031-01-01"])
def test_the_office_works_on_the_day_it_is_looked_at(tmp_path: Path, day: str) -> None:
    today = date.fromisoformat(day)
    assert read_calendar().is_working(today) is (day == "2026-11-23")
    plan = province_plan(replace(SETTINGS, root=tmp_path, today=today))
    found = configurations(plan)
    counter, register = found[f"{BOX_A}.counter"], found[f"{BOX_A}.register"]
    assert isinstance(counter, CounterConfig)
    assert isinstance(register, RegisterConfig)
    assert counter.tables_folder == register.tables_folder
    tables = Path(register.tables_folder)
    for path, text in plan.files.items():
        if path.is_relative_to(tables):
            path.parent.mkdir(parents=True)
            path.write_text(text)
    calendar = read_calendar(tables)
    assert calendar.is_open(today)
    assert calendar.announced == read_calendar().announced


@pytest.mark.parametrize("broker", Broker)
def test_without_displays_there_are_no_kiosks_and_everything_else(broker: Broker) -> None:
    headless = province_plan(replace(SETTINGS, displays={}, broker=broker))
    whole = province_plan(replace(SETTINGS, broker=broker))
    shown = {f"{box}.{part}" for box in (BOX_A, BOX_B) for part in ("kiosk", "screen")}
    assert set(names(whole)) - set(names(headless)) == shown
    assert not headless.screens


def test_the_stand_in_broker_serves_all_where_mosquitto_is_missing() -> None:
    plan = province_plan(replace(SETTINGS, broker=Broker.EMBEDDED))
    buses = {config.bus.port for config in configurations(plan).values()}
    assert buses == {SETTINGS.ports.province}
    assert plan.lines == ()
    assert [name for name in names(plan) if name.endswith("broker")] == ["province.broker"]


def test_everything_listens_on_loopback_only() -> None:
    for text in province_plan(SETTINGS).files.values():
        assert "0.0.0.0" not in text


def test_a_new_box_has_a_kiosk_where_there_is_a_display_for_it() -> None:
    """Its agent names it, its own page says whether it is in service."""
    new = replace(SETTINGS, carton_ca_sha256="0" * 64)
    dark, lit = (
        province_plan(replace(new, displays={**SETTINGS.displays, **more}))
        for more in ({}, {CARTON: 93})
    )
    assert set(names(lit)) - set(names(dark)) == {"carton.kiosk", "carton.screen"}
    kiosk = configurations(lit)["carton.kiosk"]
    assert isinstance(kiosk, KioskConfig)
    assert kiosk.agent.url == f"http://127.0.0.1:{SETTINGS.ports.screen}"
    for plan, parts in ((dark, {"devices"}), (lit, {"devices", "kiosk"})):
        agent = parse_toml(plan.files[Path("/nowhere/carton/agent.toml")], AgentConfig)
        assert set(agent.parts) == parts
