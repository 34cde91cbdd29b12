"""The real process, killed as a power cut does, while clients hand dossiers in."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from devices.contract.toml import as_toml
from kiosk.register.config import RegisterConfig
from kiosk.register.dossiers.rows import DossierRow, NumberRow, PaperRow, StepRow
from kiosk.register.main import DATABASE, TABLES
from kiosk.register.store import Store
from tests.kiosk.register.office import COUNTER, SECRET, running, sample_config
from tests.kiosk.register.wishes import BASE, PDF, key, wish

KILLS = 4
DOSSIERS = 60
CLIENTS = 3


@contextlib.asynccontextmanager
async def process(config_file: Path) -> AsyncIterator[None]:
    code = "from typer import run; from kiosk.register.main import main; run(main)"
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "--config", str(config_file)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.send_signal(signal.SIGKILL)
        await started.wait()


class Client:
    """Hands in dossiers over a server that dies; asks again until it is answered."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._token = "none"

    async def hand_in(self, name: str) -> str:
        number = await self._post("/numbers", name, json={"MaDonVi": "H50.34", "MaTTHC": "1.1"})
        stored = await self._post("/papers", name, content=PDF + name.encode())
        made = await self._post("/dossiers", name, json=wish(number["MaHoSo"], stored))
        return made["MaHoSo"]

    async def _post(self, path: str, name: str, **body: object) -> dict[str, str]:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                shown = {"Authorization": f"Bearer {self._token}", **key(f"{name}{path[1:]}")}
                answer = await self._http.post(BASE + path, headers=shown, **body)  # type: ignore[arg-type]
                if answer.status_code == 201:
                    told: dict[str, str] = answer.json()
                    return told
                if answer.status_code == 401:
                    await self._sign_in()
                    continue
                assert answer.status_code == 503, answer.text
            await asyncio.sleep(0.05)

    async def _sign_in(self) -> None:
        form = {"grant_type": "client_credentials"}
        answer = await self._http.post("/oauth/token", data=form, auth=(COUNTER, SECRET))
        self._token = answer.json()["access_token"]


async def handed_in_under_kills(config: RegisterConfig, file: Path) -> dict[str, str]:
    answered: dict[str, str] = {}
    done = asyncio.Event()

    async def client(name: int, http: httpx.AsyncClient) -> None:
        one = Client(http)
        for at in range(DOSSIERS // CLIENTS):
            answered[f"{name}.{at}"] = await one.hand_in(f"{name}.{at}.")

    async def power_cuts() -> None:
        kills = 0
        while not done.is_set():
            async with process(file):
                enough = DOSSIERS + 1
                if kills < KILLS:
                    enough = len(answered) + DOSSIERS // (KILLS + 2)
                while len(answered) < enough and not done.is_set():
                    await asyncio.sleep(0.003)
            kills += 1
        assert kills > KILLS

    async with (
        asyncio.timeout(110),
        httpx.AsyncClient(base_url=config.public_url, timeout=5) as http,
        asyncio.TaskGroup() as group,
    ):
        cuts = group.create_task(power_cuts())
        await asyncio.gather(*(client(name, http) for name in range(CLIENTS)))
        done.set()
        await cuts
    return answered


async def test_kill_9_amid_creation_leaves_nothing_half_stored_and_nothing_doubled(
    tmp_path: Path,
) -> None:
    config = sample_config(tmp_path)
    file = tmp_path / "register.toml"
    file.write_text(as_toml(config), encoding="utf-8")
    answered = await handed_in_under_kills(config, file)
    codes = set(answered.values())
    assert len(codes) == DOSSIERS
    async with running(config):
        pass  # what the last cut left behind is tidied when it starts
    with Store(tmp_path / DATABASE, TABLES) as store:
        dossiers = store.rows(DossierRow, "dossiers")
        assert {row.code for row in dossiers} == codes
        assert len(dossiers) == DOSSIERS
        assert {row.code for row in store.rows(NumberRow, "numbers")} == codes
        papers = store.rows(PaperRow, "papers")
        assert sorted(row.dossier for row in papers) == sorted(codes)
        assert [row.serial for row in store.rows(StepRow, "steps")] == [1] * DOSSIERS
    assert stored_files(tmp_path) == {row.id for row in papers}


def stored_files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "papers").iterdir()}
