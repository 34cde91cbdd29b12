"""What settings from afar may not say."""

import pytest

from devices.config import DevicesConfig
from devices.contract.afar import judge_afar
from devices.contract.config import Config, from_document
from devices.device import DriverConfig
from devices.runtime.settings import ProcessConfig
from kiosk.backoffice.config import SecretFile
from vc.endpoint.config import RoomConfig

KINDS: dict[str, type[ProcessConfig]] = {"devices": DevicesConfig, "room": RoomConfig}
Document = dict[str, object]
USB = {"driver": "escpos", "wire": {"by": "usb", "path": "/dev/usb/lp1"}}
TCP = {"driver": "escpos", "wire": {"by": "tcp", "host": "192.168.10.40", "port": 9100}}


def problems(part: str, document: Document, *, trials: bool = False) -> dict[str, str]:
    config = from_document({"box": "b-1"} | document, KINDS[part])
    return {one.key: one.text for one in judge_afar(config, trials=trials)}


@pytest.mark.parametrize(
    ("part", "document"),
    [
        ("devices", {"printer": USB}),
        ("devices", {"printer": TCP}),
        ("devices", {"scanner": {"driver": "serial", "path": "/dev/serial/by-id/usb-H_V-if00"}}),
        ("devices", {"scanner": {"driver": "hid", "path": "/dev/input/by-id/usb-S-event-kbd"}}),
        ("devices", {"camera": {"driver": "v4l2", "path": "/dev/v4l/by-path/pci-0:2.0-index0"}}),
        ("devices", {"speaker": {"driver": "clips", "pack": "/var/lib/motcua/voice"}}),
        ("devices", {"speaker": {"driver": "espeak", "sink": {"to": "none"}}}),
        ("room", {"sound": {"driver": "alsa", "microphone": "plughw:CARD=Device,DEV=0"}}),
        ("room", {"camera": {"driver": "v4l2"}, "screen": {"kind": "none"}}),
    ],
)
def test_what_a_box_has_may_be_named(part: str, document: Document) -> None:
    assert problems(part, document) == {}


@pytest.mark.parametrize(
    ("part", "document", "at"),
    [
        ("devices", {"printer": {"driver": "simulated"}}, "printer.driver"),
        ("devices", {"panel": {"driver": "simulated"}}, "panel.driver"),
        ("devices", {"speaker": {"driver": "simulated"}}, "speaker.driver"),
        ("devices", {"panel_io": {"driver": "simulated"}}, "panel_io.driver"),
        ("devices", {"camera": {"driver": "simulated", "folder": "/x"}}, "camera.driver"),
        ("devices", {"scanner": {"driver": "simulated", "inbox": "/x"}}, "scanner.driver"),
        (
            "devices",
            {"scanner": {"driver": "camera", "camera": {"driver": "simulated", "folder": "/x"}}},
            "scanner.camera.driver",
        ),
        (
            "devices",
            {"printer": {"driver": "escpos", "wire": {"by": "file", "path": "/etc/passwd"}}},
            "printer.wire.by",
        ),
        (
            "devices",
            {"speaker": {"driver": "espeak", "sink": {"to": "folder", "folder": "/etc"}}},
            "speaker.sink.to",
        ),
        ("room", {"camera": {"driver": "simulated", "clip_dir": "/x"}}, "camera.driver"),
        ("room", {"camera": {"driver": "lavfi", "graph": "movie=/etc/x"}}, "camera.driver"),
        ("room", {"sound": {"driver": "simulated"}}, "sound.driver"),
        ("room", {"sound": {"driver": "light"}}, "sound.driver"),
    ],
)
def test_a_driver_for_trials_only_where_the_box_allows_it(
    part: str, document: Document, at: str
) -> None:
    found = problems(part, document)
    assert set(found) == {at}
    assert "allow_simulated" in found[at]
    assert problems(part, document, trials=True) == {}


@pytest.mark.parametrize(
    "path",
    [
        "/dev/mmcblk0",
        "/dev/sda",
        "/dev/mem",
        "/dev/mqueue/x",
        "/dev/usb/../sda",
        "/dev/serial/by-id/../../sda",
        "/dev/serial/by-id/..",
        "/dev/usb/lp0\n",
        "dev/usb/lp0",
        "/etc/passwd",
        "",
    ],
)
def test_a_path_that_is_no_device_s_is_refused_always(path: str) -> None:
    wire = {"by": "usb", "path": path}
    for trials in (False, True):
        found = problems("devices", {"printer": {"driver": "escpos", "wire": wire}}, trials=trials)
        assert set(found) == {"printer.wire.path"}


@pytest.mark.parametrize("name", ["file:/etc/x,raw", "file:FILE=/x", "tee:default,/x", "a b", ""])
def test_a_sound_card_is_no_file(name: str) -> None:
    assert set(problems("room", {"sound": {"driver": "alsa", "loudspeaker": name}})) == {
        "sound.loudspeaker"
    }


def test_every_twin_says_that_it_is_one() -> None:
    twins = {kind for kind in _leaves(DriverConfig) if kind.__module__.endswith(".simulated")}
    assert len(twins) > 6
    assert {kind.__qualname__ for kind in twins if not kind.for_trials} == set()


def _leaves(kind: type[Config]) -> set[type[Config]]:
    below = kind.__subclasses__()
    return {kind}.union(*map(_leaves, below)) if below else {kind}


@pytest.mark.parametrize(
    ("path", "is_right"),
    [
        ("/etc/motcua/secrets/mot-cua", True),
        ("/etc/motcua/secrets/../agent.toml", False),
        ("/etc/shadow", False),
        ("/var/lib/motcua-agent/box.key", False),
        ("", False),
    ],
)
def test_a_secret_is_read_where_secrets_are(path: str, *, is_right: bool) -> None:
    """Whoever sets it from afar also says to whom it is shown."""
    config = from_document({"path": path}, SecretFile)
    found = [one.key for one in judge_afar(config, trials=True)]
    assert found == ([] if is_right else ["path"])


def test_recordings_are_read_where_recordings_are() -> None:
    for pack in ("/etc", "/var/lib/motcua", "/var/lib/motcua/../motcua-agent", "/home/x"):
        found = problems("devices", {"speaker": {"driver": "clips", "pack": pack}})
        assert set(found) == {"speaker.pack"}
