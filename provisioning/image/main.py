"""`motcua install`: this machine, or an image's tree, becomes a box."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from devices.contract.config import BadConfigError, from_document
from devices.contract.errors import StorageError
from provisioning.agent.config import GateConfig
from provisioning.image.files import BoxRole, Order, files_of, samples_of
from provisioning.image.install import lay_down

_HERE = Path(__file__).parents[2]
_BOOTED = Path("/run/systemd/system")  # sd_booted(3)
_AFTER = (
    ("systemd-sysusers",),
    ("systemd-tmpfiles", "--create"),
    ("udevadm", "control", "--reload"),
    ("systemctl", "daemon-reload"),
)
_WITHIN_S = 60


def main(
    role: Annotated[BoxRole, typer.Option(help="What the box is for.")],
    *,
    root: Annotated[Path, typer.Option(help="Below which the files are laid.")] = Path("/"),
    gate: Annotated[str, typer.Option(help="The province's gate, https://...")] = "",
    ca_sha256: Annotated[str, typer.Option(help="SHA-256 of the province's CA.")] = "",
    motcua: Annotated[str, typer.Option(help="The command, as the box has it.")] = "",
) -> None:
    """Lay down units, rules and settings of a box. A second time changes nothing."""
    try:
        order = Order(
            role=role,
            motcua=motcua or str(Path(sys.executable).with_name("motcua")),
            samples={part: (_HERE / at).read_text() for part, at in samples_of(role).items()},
            gate=_gate(gate, ca_sha256),
        )
        for path in lay_down(files_of(order), root):
            typer.echo(path)
        if root == Path("/") and _BOOTED.is_dir():  # also the second time: the first was broken off
            for command in _AFTER:
                subprocess.run(command, check=True, timeout=_WITHIN_S)
    except (BadConfigError, StorageError, OSError, subprocess.SubprocessError) as error:
        typer.echo(f"motcua install: {error}", err=True)
        raise typer.Exit(1) from error


def _gate(url: str, ca_sha256: str) -> GateConfig | None:
    if not url and not ca_sha256:
        return None
    return from_document({"url": url, "ca_sha256": ca_sha256.lower().replace(":", "")}, GateConfig)
