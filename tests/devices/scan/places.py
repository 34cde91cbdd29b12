"""Folders in memory, a camera that looks at papers, and scans' files as others would find them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.camera.simulated import SimulatedCameraConfig
from devices.camera.specimen_paper import Specimen
from devices.host import Equipment
from devices.hosted import Fitted
from devices.scan.settings import ScansConfig

MEMORY = Path("/dev/shm")  # noqa: S108 - it is the memory that the tests are about
SCAN, OTHER = "a" * 32, "b" * 32


@contextmanager
def in_memory() -> Iterator[Path]:
    """Lend a folder that lies in memory."""
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="motcua-test-") as folder:
        yield Path(folder) / "scans"


class Desk:
    """The twin's desk: papers are laid on it and taken away, and its camera can fail."""

    def __init__(self, folder: Path) -> None:
        self._paper = folder / "paper"
        self._fault = folder / "fault"
        self.camera = SimulatedCameraConfig(
            folder=str(folder),
            paper_file=str(self._paper),
            faults_file=str(self._fault),
            pictures_per_s=30,
            width_px=1200,
            height_px=900,
        )

    def lay(self, specimen: Specimen = Specimen.DECLARATION) -> None:
        self._paper.write_text(specimen)

    def clear(self) -> None:
        self._paper.unlink()

    def suffer(self, word: str) -> None:
        self._fault.write_text(word)

    def equipment(self, scans: ScansConfig | None) -> Equipment:
        return Equipment(camera=Fitted(self.camera.build(), "simulated"), scans=scans)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
