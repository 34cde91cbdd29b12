"""A release brought onto a board at the terminal: read, checked, sent with a bar, proved."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from rich.console import Console
from rich.text import Text

from firmware_bridge.update.errors import WrongSignatureError
from firmware_bridge.update.manifest import Release
from firmware_bridge.update.updater import Progress as Step
from firmware_bridge.update.updater import Stage, update
from provisioning.boards.shown import bar, plain

KEYS = Path("/etc/motcua/firmware-keys")
_STAGES = {
    Stage.CONNECTING: "Chờ bo mạch",
    Stage.SENDING: "Gửi",
    Stage.CHECKING: "Bo mạch kiểm tra ảnh",
    Stage.RESTARTING: "Khởi động bản mới",
    Stage.PROVING: "Thử bản mới",
    Stage.DONE: "Xong",
}


def trusted(place: Path) -> list[Ed25519PublicKey]:
    """Return the public keys of a PEM file, or of those in a folder.

    Raises WrongSignatureError when there are none, OSError when they cannot be read.
    """
    files = sorted(place.glob("*.pem")) if place.is_dir() else [place]
    keys = [key for file in files if (key := _key(file.read_bytes()))]
    if not keys:
        raise WrongSignatureError(f"no Ed25519 key in {place}")
    return keys


def released(image: Path, manifest: Path, keys: Path, now: datetime) -> Release:
    """Return what may be installed; raises UpdateError, or OSError for a file not there."""
    return Release.checked(manifest.read_bytes(), image.read_bytes(), trusted(keys), now=now)


@dataclass(frozen=True, slots=True)
class Way:
    """How a board is reached, and what is shown meanwhile; new firmware must answer for so long."""

    port: Path
    baud: int
    console: Console
    prove_s: float = 5.0


async def flash(way: Way, release: Release) -> None:
    """Bring the board to the release, with a bar; raises BoardError."""
    what = release.manifest
    with followed(way, f"{what.name} {what.version}", what.size) as seen:
        who = await update(
            str(way.port), release, baud=way.baud, progress=seen, prove_s=way.prove_s
        )
    kept(way, who.version)


@contextmanager
def followed(way: Way, what: str, size: int) -> Iterator[Callable[[Step], None]]:
    """Say what goes where, and show a bar; yields what takes each step."""
    way.console.print(Text(plain(f"{what}, {size / 1024:.1f} KiB → {way.port.name}")))
    with bar(way.console) as shown:
        task = shown.add_task(_STAGES[Stage.CONNECTING], total=size)
        yield lambda step: shown.update(task, description=_STAGES[step.stage], completed=step.sent)


def kept(way: Way, version: str) -> None:
    """Say what runs now."""
    way.console.print(Text(plain(f"Bo mạch chạy {version}, đã xác nhận."), "bold green"))


def _key(pem: bytes) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None
