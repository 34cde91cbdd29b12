"""The parts of a box, started anew."""

import asyncio
import sys
from pathlib import Path

import pytest

from provisioning.agent.parts import ConfiguredParts, NoSuchPartError, PartConfig
from provisioning.agent.restart import RestartFailedError, SignalConfig, SystemdConfig


def one_part(pid_file: Path) -> ConfiguredParts:
    restart = SignalConfig(pid_file=str(pid_file))
    return ConfiguredParts({"devices": PartConfig(config_file="/etc/d.toml", restart=restart)})


async def test_a_part_that_somebody_tends_is_told_to_end(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=-1)
    (tmp_path / "pid").write_text(f"{child.pid}\n")
    await one_part(tmp_path / "pid").restart("devices")
    async with asyncio.timeout(10):
        assert await child.wait() == -15


async def test_a_part_that_the_box_has_not_is_named(tmp_path: Path) -> None:
    parts = one_part(tmp_path / "pid")
    assert parts.names == ("devices",)
    assert parts.config_file("devices") == Path("/etc/d.toml")
    with pytest.raises(NoSuchPartError, match="'kiosk'"):
        await parts.restart("kiosk")
    with pytest.raises(NoSuchPartError):
        parts.config_file("kiosk")


@pytest.mark.parametrize("text", ["", "0", "-1", "1", "4194999", "x"])
async def test_a_number_that_is_nobody_s_is_told_and_hurts_nobody(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "pid").write_text(text)
    with pytest.raises(RestartFailedError):
        await one_part(tmp_path / "pid").restart("devices")


async def test_what_systemd_refuses_is_told_in_its_words() -> None:
    driver = SystemdConfig(unit="motcua-there-is-none.service").build("none")
    with pytest.raises(RestartFailedError, match="motcua-there-is-none"):
        await driver.restart()
