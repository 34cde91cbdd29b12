"""Every way a device can fail is told in words."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import get_args

import devices
from devices.board.messages import AnyBoardEvent
from devices.contract.errors import DeviceError
from kiosk.messages import AnyKioskEvent
from provisioning import commands
from provisioning.controller.texts import LANGUAGES, word
from vc.endpoint import camera, sound
from vc.media import quality
from vc.messages import AnyConferenceEvent
from vc.state import Line


def leaves(kind: type[DeviceError]) -> Iterator[type[DeviceError]]:
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
