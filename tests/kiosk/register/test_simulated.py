"""The twin fails the way a province's systems do; the real connector meets it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from devices.contract.clock import SystemClock
from kiosk.api.dossiers import Submitter
from kiosk.backoffice.config import LinkConfig, OAuthConfig, SecretFile
from kiosk.backoffice.errors import BackOfficeDownError, NotThereError
from kiosk.backoffice.http import HttpEdge
from kiosk.backoffice.oauth import TokenSource
from kiosk.backoffice.one_stop import AcceptedDraft, OneStopClient, Paper, TimeForms
from kiosk.register.dossiers.api_routes import BASE
from kiosk.register.simulated import CLIENT, SECRET, SimulatedRegister, simulated
from tests.kiosk.register.office import MONDAY, officer

PDF = b"%PDF-1.7 " + bytes(range(256)) * 3000
DRAFT = AcceptedDraft(
    local_code="TAM-KIOSK1-260713-0001",
    agency="H50.34",
    form="1.001193",
    owner="Nguyễn Thị Hoa",
    submitter=Submitter(name="Nguyễn Thị Hoa", personal_id="045190001234"),
    handed_in_at=MONDAY,
    received_at=MONDAY + timedelta(minutes=5),
    papers=(Paper(name="Giấy chứng sinh", pdf=PDF),),
)


@asynccontextmanager
async def connected(
    register: SimulatedRegister, folder: Path, tries: int = 4, answer_within_s: float = 3.0
) -> AsyncIterator[OneStopClient]:
    secret = folder / "secret"
    secret.write_text(SECRET)
    oauth = OAuthConfig(
        token_url=f"{register.url}/oauth/token",
        client_id=CLIENT,
        client_secret=SecretFile(path=str(secret)),
    )
    link = LinkConfig(
        url=f"{register.url}{BASE}",
        oauth=oauth,
        answer_within_s=answer_within_s,
        tries=tries,
        rests_after=100,
    )
    async with (
        TokenSource(oauth, link, SystemClock()) as tokens,
        HttpEdge(link, tokens=tokens) as e,
    ):
        yield OneStopClient(e, TimeForms())


async def dossiers_in(register: SimulatedRegister) -> int:
    """Return how many dossiers officers see in all."""
    async with httpx.AsyncClient(base_url=register.url) as client, officer(client) as browser:
        return (await browser.get("/dossiers?part=all")).text.count('class="code"')


async def test_a_draft_goes_to_the_register_and_is_found_there(tmp_path: Path) -> None:
    async with simulated(tmp_path) as register, connected(register, tmp_path) as one_stop:
        code = await one_stop.hand_in(DRAFT, "draft-1")
        again = await one_stop.hand_in(DRAFT, "draft-1")
        other = await one_stop.hand_in(DRAFT, "draft-2")
        found = await one_stop.dossier(code)
        steps = await one_stop.progress(code)
        with pytest.raises(NotThereError):
            await one_stop.dossier("H50.34-20260713-9999999")
    assert (again, other == code) == (code, False)
    assert (found.state, found.form_name) == (1, "Đăng ký khai sinh")
    assert [step.state for step in steps] == [1]


@pytest.mark.parametrize("fault", ["broken", "cut", "lost"])
async def test_nothing_is_lost_or_doubled_by_a_fault_at_any_call(
    tmp_path: Path, fault: str
) -> None:
    async with simulated(tmp_path) as register, connected(register, tmp_path) as one_stop:
        faults = register.faults
        codes = []
        for at in ("numbers", "papers", "dossiers"):
            faults.asked.clear()
            faults.only = f"{BASE}/{at}"
            setattr(faults, fault, 1)
            codes.append(await one_stop.hand_in(DRAFT, f"draft.{at}"))
            assert faults.asked == [f"POST {BASE}/{at}"] * 2, "it was asked again"
            assert await one_stop.hand_in(DRAFT, f"draft.{at}") == codes[-1]
        assert await dossiers_in(register) == len(set(codes)) == 3


async def test_a_token_that_ends_before_its_time_costs_a_new_one_and_nothing_else(
    tmp_path: Path,
) -> None:
    async with simulated(tmp_path) as register, connected(register, tmp_path) as one_stop:
        code = await one_stop.hand_in(DRAFT, "draft-1")
        register.expire_tokens()
        assert (await one_stop.dossier(code)).code == code
        assert register.faults.asked.count("POST /oauth/token") == 2


async def test_a_slow_or_silent_register_is_given_up_in_time(tmp_path: Path) -> None:
    async with (
        simulated(tmp_path) as register,
        connected(register, tmp_path, tries=1, answer_within_s=1.5) as one_stop,
    ):
        await one_stop.hand_in(DRAFT, "draft-1")
        register.faults.silent = 1
        with pytest.raises(BackOfficeDownError):
            await one_stop.dossier("x")
        register.faults.slow_s = 1.8
        with pytest.raises(BackOfficeDownError):
            await one_stop.dossier("x")


async def test_a_register_that_was_away_goes_on_where_it_ended(tmp_path: Path) -> None:
    async with simulated(tmp_path) as register, connected(register, tmp_path) as one_stop:
        code = await one_stop.hand_in(DRAFT, "draft-1")
    async with simulated(tmp_path) as register, connected(register, tmp_path) as one_stop:
        assert await one_stop.hand_in(DRAFT, "draft-1") == code
        assert (await one_stop.dossier(code)).state == 1
