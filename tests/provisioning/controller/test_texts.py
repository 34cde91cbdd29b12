"""Every way a device can fail is told in words."""

import importlib
import pkgutil
from collections.abc import Iterator

import devices
from devices.contract.errors import DeviceError
from provisioning.controller.texts import LANGUAGES, word


def leaves(kind: type[DeviceError]) -> Iterator[type[DeviceError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from leaves(below)


def codes_of_devices() -> set[str]:
    for module in pkgutil.walk_packages(devices.__path__, "devices."):
        importlib.import_module(module.name)
    return {kind.code for kind in leaves(DeviceError)}


def test_every_error_of_a_device_has_words_in_both_languages() -> None:
    codes = codes_of_devices()
    assert {"printer.out_of_paper", "camera.frozen"} <= codes, "the drivers were not found"
    for language in LANGUAGES:
        assert [c for c in sorted(codes) if not word(language, f"code.{c}", " ").strip()] == []
