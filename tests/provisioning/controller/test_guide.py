"""docs/vi/huong-dan-ky-thuat.md, the technician's guide, is true to the program."""

import importlib
import pkgutil
import re
from pathlib import Path

import kiosk.api
import kiosk.backoffice
import kiosk.counter.drafts
import kiosk.sealed
from devices.contract.config import parse_toml
from devices.contract.errors import MotcuaError
from devices.messages import Kind
from provisioning.controller.config import ControllerConfig
from provisioning.controller.fleet import Line
from provisioning.controller.texts import word
from tests.provisioning.controller.test_texts import codes_of_devices, leaves

GUIDE = Path("docs/vi/huong-dan-ky-thuat.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| ([^|]+) \| [^|]+ \|$", GUIDE, re.MULTILINE)


def test_every_code_of_a_device_is_in_the_guide_in_the_pages_words() -> None:
    told = dict(ROWS)
    assert set(told) >= codes_of_devices()
    assert {code: word("vi", f"code.{code}") for code in told} == told


def codes_of_the_counter() -> set[str]:
    """Return the codes of what waits for the province, and of prepared dossiers."""
    families = ("backoffice.", "outbox.", "seal.", "draft.")
    for room in (kiosk.api, kiosk.backoffice, kiosk.counter.drafts, kiosk.sealed):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    return {kind.code for kind in leaves(MotcuaError) if kind.code.startswith(families)}


def test_every_code_of_the_outbox_and_of_prepared_dossiers_is_in_the_guide() -> None:
    codes = codes_of_the_counter()
    assert {"backoffice.down", "outbox.no_carrier", "draft.full"} <= codes, "they were not found"
    assert sorted(codes - {code for code, _ in ROWS}) == []


def test_every_line_state_is_in_the_guide() -> None:
    for line in Line:
        assert f"| {word('vi', f'line.{line}')} |" in GUIDE
    assert f'"{word("vi", f"test.{Kind.PRINTER}")}"' in GUIDE


def test_the_provinces_sample_is_a_right_configuration() -> None:
    sample = next(block for block in GUIDE.split("```") if 'box = "province"' in block)
    assert parse_toml(sample, ControllerConfig).broker.mode == "start"
