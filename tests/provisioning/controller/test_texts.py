"""Every way a device can fail is told in words."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import get_args

import pytest

import devices
from devices.board.messages import AnyBoardEvent
from devices.contract.errors import DeviceError, MotcuaError
from devices.messages import LampState
from devices.printer.status import Condition
from firmware_bridge.frames import RESET_NAMES
from firmware_bridge.update.updater import Stage
from kiosk.messages import AnyKioskEvent
from provisioning import commands
from provisioning.controller.texts import LANGUAGES, told, word
from tests.provisioning.controller.told import What, all_told, keys_told
from vc.endpoint import camera, sound
from vc.media import quality
from vc.messages import AnyConferenceEvent
from vc.state import Line


def leaves(kind: type[MotcuaError]) -> Iterator[type[MotcuaError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from leaves(below)


def codes_of_devices() -> set[str]:
    for module in (
        *pkgutil.walk_packages(devices.__path__, "devices."),
        *pkgutil.walk_packages(camera.__path__, "vc.endpoint.camera."),
        *pkgutil.walk_packages(sound.__path__, "vc.endpoint.sound."),
    ):
        importlib.import_module(module.name)
    return {kind.code for kind in leaves(DeviceError)}


def test_every_error_of_a_device_has_words_in_both_languages() -> None:
    codes = codes_of_devices()
    assert {"printer.out_of_paper", "camera.frozen"} <= codes, "the drivers were not found"
    for language in LANGUAGES:
        assert [c for c in sorted(codes) if not word(language, f"code.{c}", " ").strip()] == []


def test_every_alarm_of_a_line_has_words_in_both_languages() -> None:
    alarms = {
        code for name, code in vars(quality).items() if name.isupper() and isinstance(code, str)
    }
    assert {"line.loss", "echo.strong"} <= alarms
    poor = {f"line.{line}" for line in (Line.BAD, Line.LOST)}
    for language in LANGUAGES:
        told = {code for code in alarms | poor if word(language, f"code.{code}", " ").strip()}
        assert told == alarms | poor


def test_every_event_has_its_words() -> None:
    tags = {
        str(kind.__struct_config__.tag)
        for union in (AnyKioskEvent, AnyConferenceEvent, AnyBoardEvent)
        for kind in get_args(union)
    }
    assert len(tags) > 20
    for language in LANGUAGES:
        assert [t for t in sorted(tags) if not word(language, f"kind.{t}", " ").strip()] == []


def test_every_order_is_told_in_the_audit_log() -> None:
    kinds = (kind for kind in vars(commands).values() if isinstance(kind, type))
    tags = {str(kind.__struct_config__.tag) for kind in kinds if issubclass(kind, commands.Order)}
    orders = {tag for tag in tags if tag.startswith("agent.")}
    assert {"agent.reboot", "agent.fetch_logs"} <= orders
    deeds = [f"audit.{order}{end}" for order in sorted(orders) for end in ("", ".ended")]
    for language in LANGUAGES:
        assert [deed for deed in deeds if not word(language, deed, " ").strip()] == []


@pytest.mark.parametrize("what", get_args(What))
def test_everything_that_parts_tell_of_themselves_has_words_in_both_languages(what: What) -> None:
    keys = all_told(what)
    assert keys > {"fact": {"condition", "lamp_*", "unit_*"}, "figure": {"uptime_s", "sites"}}[what]
    for language in LANGUAGES:
        assert [k for k in sorted(keys) if not word(language, f"{what}.{k}", " ").strip()] == []


def test_a_key_that_nobody_gave_words_is_found() -> None:
    module = """
def state_of(lamps) -> State:
    facts: Facts = {"sooty": True} | {f"lid_{name}": 1 for name in lamps}
    facts["ashes_g"] = 3.0
    return State(health=READY, facts=facts | {"draught": 1.0})

def _readings() -> Iterator[tuple[str, float]]:
    yield "smoke", 1.0
"""
    assert keys_told(module, "fact") == {"sooty", "lid_*", "ashes_g", "draught"}
    assert keys_told(module, "figure") == {"smoke"}


def test_families_are_told_by_their_member_s_name() -> None:
    assert told("vi", "fact", "lamp_desk-1") == "Đèn desk-1"
    assert told("en", "fact", "switch_door") == "Door", "a member with words of its own"
    assert told("vi", "figure", "video_cores") == "Bộ xử lý, tiến trình video (nhân)"
    assert told("vi", "fact", "of_a_later_version") == "of_a_later_version"


def test_every_condition_and_state_that_is_told_as_a_word_has_words() -> None:
    said = {*Condition, *LampState, *RESET_NAMES, *(stage.value for stage in Stage)}
    said |= {"open", "closed", "asleep", "awake", "held", "rescue"}
    for language in LANGUAGES:
        assert [one for one in sorted(said) if not word(language, f"said.{one}", " ").strip()] == []
