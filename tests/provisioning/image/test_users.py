"""Who can read and write what on a box: its own units' commands, run as the users it is given."""

import asyncio
import contextlib
import shlex
import subprocess
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.contract.identity import BRIDGE, box_id
from devices.contract.toml import document_as_toml
from devices.contract.topics import PartTopics
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from provisioning.agent.config import GateConfig
from provisioning.image.files import BoxRole, Order, files_of
from provisioning.image.install import lay_down
from provisioning.image.users import (
    AGENT,
    AGENT_STATE,
    BROKER,
    BROKER_FILE,
    SECRETS,
    SETTINGS,
    SHELL,
    STATE,
    USER,
)
from tests.counterparts.users import become, motcua_as, needs_root, open_folder
from tests.provisioning.agent.province import province
from tests.provisioning.agent.test_life import SERIAL, Whole
from tests.waiting import until

pytestmark = pytest.mark.real
KEY = f"{AGENT_STATE}/identity/current/key.pem"
NAME = "quay-51"
EVERYBODY = (AGENT, BROKER, USER, SHELL)
DEVICES = 'box = "new-box"\nprinter = { driver = "simulated" }\n'


class Installed:
    """A box below a folder; its files say where they are meant to lie, and are read as here."""

    def __init__(self, root: Path, gate: GateConfig | None = None) -> None:
        self.root = root
        self.bus = free_port()
        order = Order(role=BoxRole.KIOSK, motcua="motcua", samples={"devices": DEVICES}, gate=gate)
        lay_down(files_of(order), root)
        self._change("devices", {"state_dir": STATE, "bus": {"port": self.bus}})
        for command in ("systemd-sysusers", "systemd-tmpfiles --create"):
            words = (*command.split(), f"--root={root}")
            subprocess.run(words, check=True, capture_output=True, timeout=60)
        self._ids = {words[0]: words for words in _lines(root / "etc/passwd")}
        self._groups = {words[0]: words for words in _lines(root / "etc/group")}

    def here(self, text: str) -> str:
        for place in (STATE, SETTINGS):
            text = text.replace(place, f"{self.root}{place}")
        return text

    def path(self, text: str) -> Path:
        return Path(self.here(text))

    def _change(self, part: str, more: dict[str, object]) -> None:
        path = self.root / SETTINGS.lstrip("/") / f"{part}.toml"
        text = document_as_toml(tomllib.loads(path.read_text()) | more)
        path.write_text(self.here(text))

    def configure(self, whole: Whole) -> None:
        """Have the agent find the province, on ports of this test."""
        laid = tomllib.loads(self.path(f"{SETTINGS}/agent.toml").read_text())
        self._change(
            "agent",
            {
                "serial": {"driver": "fixed", "serial": SERIAL},
                "claim": whole.there.expect(SERIAL, NAME),
                "bus": {"port": self.bus},
                "screen": {"port": -1},
                "broker": laid["broker"] | {"province_port": whole.door, "longest_wait_s": 1},
            },
        )

    def user(self, name: str) -> tuple[str, ...]:
        """Return the words that make a command this user's."""
        uid, gid = self._ids[name][2:4]
        groups = [int(words[2]) for words in self._groups.values() if name in words[3].split(",")]
        return become(int(uid), int(gid), groups)

    def can(self, name: str, path: str, mode: str = "r") -> bool:
        """Whether the user can read (or write, `w`) the file."""
        words = (*self.user(name), "test", f"-{mode}", str(self.path(path)))
        return subprocess.run(words, timeout=10, check=False).returncode == 0

    def hand_over(self, path: str, *, like: str) -> None:
        """Give all below a folder to the owner of another."""
        words = ("chown", "-R", f"--reference={self.path(like)}", self.path(path))
        subprocess.run(words, check=True, timeout=10)

    @asynccontextmanager
    async def unit(self, part: str) -> AsyncIterator[Path]:
        """Run a unit's command as its user; yields its log."""
        text = (self.root / f"etc/systemd/system/motcua-{part}.service").read_text()
        said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        user, words = self.user(said["User"]), shlex.split(self.here(said["ExecStart"]))
        ours = (
            motcua_as(user, self.root / f"seen-{part}")
            if words[0] == "motcua"
            else (*user, words[0])
        )
        log = self.root / f"{part}.log"
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *ours,
                *words[1:],
                stderr=out,
                stdout=out,
                cwd=self.path(said["WorkingDirectory"]),
                umask=int(said["UMask"], 8),
            )
        try:
            yield log
        finally:
            ended = asyncio.ensure_future(process.wait())
            async with asyncio.timeout(20):
                while not ended.done():  # mosquitto forgets a signal of its very beginning
                    with contextlib.suppress(ProcessLookupError):
                        process.terminate()
                    await asyncio.wait({ended}, timeout=1)


def _certified(key: Path, certificate: Path) -> None:
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x")
    files = ("-keyout", str(key), "-out", str(certificate))
    subprocess.run((*made, *files), check=True, capture_output=True, timeout=60)


def _lines(path: Path) -> Iterator[list[str]]:
    return (line.split(":") for line in path.read_text().splitlines())


async def test_a_box_comes_into_service_and_its_key_is_the_agent_s(tmp_path: Path) -> None:
    needs_root()
    line = PartTopics(box_id(NAME), BRIDGE).line
    async with province(tmp_path / "province") as there:
        await there.open_gate()
        whole = Whole(there, tmp_path)
        with open_folder() as root:
            box = Installed(root, GateConfig(url=there.url, ca_sha256=there.ca_sha256))
            box.configure(whole)
            async with (
                whole.broker() as broker,
                mqtt_bus(BusConfig(port=broker.port), "technician") as bus,
                bus.listen(line) as inbox,
                box.unit("agent"),
            ):
                await until(box.path(KEY).exists, "an identity", within_s=60)
                conf = box.path(BROKER_FILE)
                await until(lambda: "bridge_keyfile" in conf.read_text(), "a bridge", within_s=30)
                named = box.path(f"{SETTINGS}/devices.toml")
                await until(lambda: NAME in named.read_text(), "its name", within_s=30)
                async with box.unit("broker"), asyncio.timeout(30):
                    assert (await inbox.get()).payload == b"1", "over mTLS, with the box's key"
                    async with box.unit("devices") as log:
                        await until(lambda: '"ready"' in log.read_text(), "devices", within_s=60)
            who = {path: {one for one in EVERYBODY if box.can(one, path)} for path in _WHO_READS}
            assert who == _WHO_READS
            assert {one for one in EVERYBODY if box.can(one, f"{SETTINGS}/devices.toml", "w")} == {
                AGENT
            }
            assert not box.can(USER, SETTINGS, "w")
            box.hand_over(AGENT_STATE, like=STATE)
            assert box.can(USER, KEY), "as it was, when all was one user's"


_WHO_READS = {
    KEY: {AGENT, BROKER},
    f"{AGENT_STATE}/identity/1/claim": {AGENT},
    f"{AGENT_STATE}/agent.boot": {AGENT},
    f"{SETTINGS}/agent.toml": {AGENT},
    f"{SETTINGS}/devices.toml": {AGENT, USER},
    f"{STATE}/devices.boot": {USER},
    BROKER_FILE: {AGENT, BROKER},
}


async def test_a_broker_that_may_not_read_the_key_has_no_line() -> None:
    needs_root()
    with open_folder() as root:
        box = Installed(root)
        key = box.path(f"{AGENT_STATE}/identity/key.pem")
        certificate = key.with_name("certificate.pem")
        await asyncio.to_thread(_certified, key, certificate)
        certificate.chmod(0o644)
        with box.path(BROKER_FILE).open("a") as conf:
            conf.write(
                f"connection x\naddress 127.0.0.1:{free_port()}\nbridge_cafile {certificate}\n"
                f"bridge_certfile {certificate}\nbridge_keyfile {key}\ntopic x out\n"
            )
        refused = "Unable to load client key file"
        for mode, is_refused in ((0o600, True), (0o640, False)):
            key.chmod(mode)
            box.root.joinpath("broker.log").unlink(missing_ok=True)
            async with box.unit("broker") as log:
                tried = refused if is_refused else "Connecting bridge"
                await until(lambda: tried in log.read_text(), tried)  # noqa: B023 - in its turn
            assert (refused in log.read_text()) is is_refused


def test_what_a_technician_lays_down_by_hand_is_made_right_at_the_next_start() -> None:
    needs_root()
    with open_folder() as root:
        box = Installed(root)
        mine = box.path(f"{SETTINGS}/mine.pem")
        mine.touch(mode=0o600)
        assert not box.can(USER, f"{SETTINGS}/mine.pem")
        words = ("systemd-tmpfiles", "--create", f"--root={root}")
        subprocess.run(words, check=True, timeout=60)
        who = {one for one in EVERYBODY if box.can(one, f"{SETTINGS}/mine.pem")}
        assert who == {AGENT, USER}
        assert not box.can(USER, f"{SETTINGS}/mine.pem", "w")


def test_a_secret_of_a_provincial_system_is_read_by_the_parts_alone() -> None:
    """It is put there at the box: neither the province from afar nor a terminal reads it."""
    needs_root()
    secret = f"{SECRETS}/one-stop"
    with open_folder() as root:
        box = Installed(root)
        assert box.path(SECRETS).is_dir(), "made by the image, before anything is put there"
        box.path(secret).touch(mode=0o600)
        assert not box.can(USER, secret)
        for _ in range(2):  # at each start of the box
            words = ("systemd-tmpfiles", "--create", f"--root={root}")
            subprocess.run(words, check=True, timeout=60)
            assert {one for one in EVERYBODY if box.can(one, secret)} == {USER}
            assert not {one for one in EVERYBODY if box.can(one, secret, "w")}
