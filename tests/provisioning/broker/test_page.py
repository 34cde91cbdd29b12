"""docs/brokers.md is true to the configurations."""

import re
from pathlib import Path

from devices.contract.config import parse_toml
from provisioning.broker import Door, DoorFiles, acl, province_config
from provisioning.controller.config import ControllerConfig

PAGE = Path("docs/brokers.md").read_text()
PERSISTENCE = {"persistence", "persistence_location", "autosave_interval"}
OBVIOUS = PERSISTENCE | {"log_dest", "certfile", "keyfile", "max_inflight_messages"}


def test_every_line_that_protects_something_is_explained() -> None:
    files = DoorFiles(*(Path(name) for name in ("ca", "cert", "key", "crl", "acl")))
    text = province_config(port=1883, directory=Path(), door=Door(port=8883, files=files))
    keys = {line.split()[0] for line in text.splitlines() if line}
    assert {key for key in keys - OBVIOUS if f"`{key}" not in PAGE} == set()


def test_the_rights_of_a_box_are_told_as_they_are() -> None:
    patterns = [line for line in acl().splitlines() if line.startswith("pattern")]
    assert patterns
    assert all(f"`{pattern}`" in PAGE for pattern in patterns)


def test_the_samples_are_right_configurations() -> None:
    samples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    started, used = (parse_toml(sample, ControllerConfig) for sample in samples)
    assert started.broker.tls_port == 8883
    assert used.bus.tls
