"""A box with two parts in this process, whose power can be cut before or after any step."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from devices.config import DevicesConfig
from devices.contract.toml import document_as_toml
from devices.runtime.worker import Worker
from provisioning.agent.naming import name_in
from provisioning.agent.settings.applying import Applying
from provisioning.agent.settings.config import SettingsConfig
from provisioning.agent.settings.shelf import Record, Shelf
from provisioning.agent.settings.simulated import Fate, SimulatedParts
from provisioning.desired import Document, Reported
from vc.endpoint.config import RoomConfig

OWN = {"box": "box-1", "site": "Phường Mẫu", "state_dir": "/var/lib/motcua", "bus": {"port": 1884}}
FIRST: dict[str, Document] = {
    "devices": OWN | {"status_every_s": 30.0},
    "room": OWN | {"language": "vi"},
}
FATES = {"debug": Fate.FALLS, "warning": Fate.NEVER_READY, "error": Fate.NOT_STARTED}


class PowerCut(BaseException):
    """Nothing runs any more."""


class CutShelf(Shelf):
    """A shelf in a box whose power is cut before or after its nth write."""

    def __init__(self, folder: Path, *, before: int = 0, after: int = 0) -> None:
        super().__init__(folder)
        self._before = before
        self._after = after
        self.writes = 0

    def keep(self, record: Record) -> None:
        self._begin()
        super().keep(record)
        self._end()

    def replace(self, file: Path, text: str | None) -> None:
        self._begin()
        super().replace(file, text)
        self._end()

    def _begin(self) -> None:
        self.writes += 1
        if self.writes == self._before:
            raise PowerCut

    def _end(self) -> None:
        if self.writes == self._after:
            raise PowerCut


class BoxUnderTest:
    """`start` is a boot of its agent; what stood on the disk stays. `told` is what it reported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[Reported] = []
        self.own = OWN
        self.parts = SimulatedParts(folder, {"devices": DevicesConfig, "room": RoomConfig}, FATES)
        for part, document in FIRST.items():
            self.parts.config_file(part).write_text(document_as_toml(document), encoding="utf-8")

    @asynccontextmanager
    async def start(self, *, before: int = 0, after: int = 0) -> AsyncIterator[Applying]:
        self.shelf = CutShelf(self.folder / "settings", before=before, after=after)
        async with Worker("settings") as worker:
            applying = Applying(
                self.parts,
                self.shelf,
                self.parts,
                self.parts,
                worker,
                own=self.own,
                config=SettingsConfig(),
                changed=lambda: self.told.append(applying.reported(1)),
            )
            await applying.load()
            yield applying

    def rename(self, name: str) -> None:
        """Give the box another name, in its parts' files too, as its agent does when it begins."""
        self.own = OWN | {"box": name}
        for part in self.parts.names:
            name_in(self.parts.config_file(part), name)

    def files(self) -> dict[str, str]:
        return {part: self.parts.config_file(part).read_text("utf-8") for part in self.parts.names}
