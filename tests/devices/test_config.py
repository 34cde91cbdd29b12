"""The device process's configuration: the samples are right, and wrong ones name every error."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import devices
from devices.config import DevicesConfig
from devices.contract.afar import judge_afar
from devices.contract.config import BadConfigError, from_document, judge, parse_toml
from devices.main import equipment
from devices.messages import Kind

ROOM = Path(devices.__file__).parent
SAMPLES = ("sample.toml", "sample-hardware.toml")
OFF = {"sample-hardware.toml": {Kind.CHIP}}
"""What a box is fitted with only where somebody has decided it."""


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_right_and_has_every_family_of_devices(name: str) -> None:
    document = tomllib.loads((ROOM / name).read_text(encoding="utf-8"))
    assert judge(document, DevicesConfig) == []
    assert set(Kind) - document.keys() == OFF.get(name, set())


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_builds_its_devices_without_touching_hardware(name: str) -> None:
    config = parse_toml((ROOM / name).read_text(encoding="utf-8"), DevicesConfig)
    fitted = equipment(config)
    document = tomllib.loads((ROOM / name).read_text(encoding="utf-8"))
    for kind in set(Kind) - OFF.get(name, set()):
        one = getattr(fitted, kind)
        assert one.device.kind == kind
        assert one.driver == document[kind]["driver"]


def alternatives() -> list[tuple[str, dict[str, Any]]]:
    """Return what the hardware sample offers in comments: a table's name, and its other content."""
    found: list[tuple[str, list[str]]] = []
    table = ""
    for line in (ROOM / "sample-hardware.toml").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            table = line.partition("]")[0].removeprefix("[")
        elif line.startswith(("# driver = ", "# by = ")):
            found.append((table, [line.removeprefix("# ")]))
        elif line.startswith("# ") and " = " in line:
            found[-1][1].append(line.removeprefix("# "))
    return [(table, tomllib.loads("\n".join(lines))) for table, lines in found]


@pytest.mark.parametrize(("table", "content"), alternatives())
def test_what_the_hardware_sample_offers_in_comments_is_right_too(
    table: str, content: dict[str, Any]
) -> None:
    if table == "printer.wire":
        table, content = "printer", {"driver": "escpos", "wire": content}
    assert judge({"box": "b", table: content}, DevicesConfig) == []


def test_the_hardware_sample_names_every_driver_of_scanner_and_wire() -> None:
    named = [content.get("driver") or content["by"] for _, content in alternatives()]
    assert named == ["serial", "tcp", "file", "hid", "camera", "clips", "gpio"]


def test_a_configuration_with_three_errors_names_all_three() -> None:
    text = """
    box = "gio-linh-1"
    colour = "red"
    [printer]
    driver = "escpos"
    paper_dots = "wide"
    [speaker]
    driver = "gramophone"
    """
    with pytest.raises(BadConfigError) as caught:
        parse_toml(text, DevicesConfig)
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"colour", "printer.paper_dots", "speaker.driver"}


def test_a_box_without_devices_is_a_right_configuration() -> None:
    config = parse_toml('box = "gio-linh-1"', DevicesConfig)
    assert all(getattr(equipment(config), kind) is None for kind in Kind)


@pytest.mark.parametrize("table", ["panel", "panel_io"])
def test_what_is_on_the_board_needs_one(table: str) -> None:
    document = {"box": "b", table: {"driver": "board"}}
    assert [table in problem.text for problem in judge(document, DevicesConfig)] == [True]
    assert judge(document | {"board": {"driver": "serial", "path": "x"}}, DevicesConfig) == []


def test_whose_firmware_is_trusted_is_never_set_from_afar() -> None:
    board = {"driver": "serial", "path": "/dev/serial/by-id/usb-board"}
    for keys, keys_refused in (("/etc/motcua/firmware-keys", []), ("/srv/keys", ["firmware_keys"])):
        document = {"box": "b", "board": board | {"firmware_keys": keys}}
        config = from_document(document, DevicesConfig)
        found = [problem.key for problem in judge_afar(config, trials=False)]
        assert found == [f"board.{key}" for key in keys_refused]
