"""Looking dossiers up: by every code, told truly while the province's system fails."""

from datetime import date, timedelta
from pathlib import Path

import httpx
import msgspec

from devices.contract.clock import SimulatedClock
from kiosk.api.dossier_lookup import DossierLookup
from kiosk.domain.deadline import Standing, Told
from tests.kiosk.counter.province import MONDAY, Commune, code_of, commune
from tests.kiosk.counter.site import running, sample_config
from tests.kiosk.register.office import machine, officer
from tests.kiosk.register.wishes import BASE, sent, step

WHY = "Bổ sung giấy của ông A, 045190001234, a@b.vn, gọi 0912345678"


async def asked(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.get("/api/dossiers", params={"code": code})


async def looked(client: httpx.AsyncClient, code: str) -> DossierLookup:
    answer = await asked(client, code)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=DossierLookup)


async def moved(place: Commune, code: str, *states: int, why: str = "", amount: str = "3") -> None:
    """Have an officer of the register receive it, and then move it on."""
    async with httpx.AsyncClient(base_url=place.register.url) as plain, officer(plain) as browser:
        await browser.post(
            f"/dossiers/{code}/accept",
            data={"amount": amount, "unit": "ngày làm việc", "seen": "1"},
        )
    for state in states:
        answer = await place.api.post(f"{BASE}/dossiers/{code}/progress", json=step(state, why))
        assert answer.status_code == 200, answer.text


async def test_a_dossier_is_told_with_its_state_and_the_systems_due_date(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with commune(tmp_path, clock) as place:
        code = await sent(place.api)
        new = await looked(place.client, code)
        assert (new.code, new.state, new.standing) == (code, 1, Standing.OPEN)
        assert new.names["en"], "the catalogue's names in every language"
        assert (new.live, new.provisional, new.told_at, new.at) == (True, False, MONDAY, MONDAY)
        await moved(place, code, 4)
        clock.move(timedelta(seconds=20))
        running_ = await looked(place.client, code)
        assert running_.state == 4
        assert running_.due
        assert running_.due_told is Told.SERVER


async def test_a_code_typed_without_care_is_mended_before_the_system_is_asked(
    tmp_path: Path,
) -> None:
    async with commune(tmp_path, SimulatedClock(MONDAY)) as place:
        code = await sent(place.api)
        careless = f" {code.replace('-', ' ').lower()} "
        assert (await looked(place.client, careless)).code == code


async def test_where_codes_look_otherwise_only_the_sites_own_forms_are_mended(
    tmp_path: Path,
) -> None:
    """DOS-1: the forms are configuration; what is of none is asked for as it was typed."""
    (tmp_path / "codes.toml").write_text(
        "[[forms]]\nname = 'own'\npattern = '^QT-[0-9]{4}$'", encoding="utf-8"
    )
    async with commune(tmp_path, SimulatedClock(MONDAY), tables_folder=str(tmp_path)) as place:
        code = await sent(place.api)
        assert (await looked(place.client, code)).code == code
        assert (await asked(place.client, code.lower())).status_code == 404
        for typed, meant in ((code.lower(), code.lower()), ("qt-0042", "QT-0042")):
            fees = await place.client.get("/api/fees", params={"dossier": typed})
            assert fees.json()["dossier"] == meant


async def test_overdue_is_told_as_overdue(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with commune(tmp_path, clock) as place:
        code = await sent(place.api)
        await moved(place, code, 4)
        told = await looked(place.client, code)
        assert told.due
        clock.move(timedelta(days=(told.due - MONDAY.date()).days + 7))
        late = await looked(place.client, code)
        assert late.due == told.due
        assert (late.standing, late.working_days) == (Standing.OVERDUE, 5)


async def test_a_due_date_counted_here_leaves_out_the_time_that_the_dossier_stood(
    tmp_path: Path,
) -> None:
    """§2.4, DOS-15: whoever had to wait for a paper is not told that the office is late."""
    clock = SimulatedClock(MONDAY)
    async with commune(tmp_path, clock) as place:
        code = await sent(place.api)
        await moved(place, code, 4, 5, why="Thiếu giấy", amount="")
        clock.move(timedelta(days=7))
        async with httpx.AsyncClient(base_url=place.register.url) as plain, machine(plain) as api:
            answer = await api.post(f"{BASE}/dossiers/{code}/progress", json=step(4))
            assert answer.status_code == 200, answer.text
        resumed = await looked(place.client, code)
        assert (resumed.due_told, resumed.standing) == (Told.COUNTED, Standing.DUE_TODAY)
        assert resumed.due == MONDAY.date() + timedelta(days=7)
        place.faults.only = f"{BASE}/dossiers/{code}/progress"
        place.faults.broken = 20
        clock.move(timedelta(days=1))
        unsaid = await looked(place.client, code)
        assert (unsaid.due, unsaid.standing, unsaid.live) == (None, Standing.OPEN, True)


async def test_an_unknown_code_is_told_as_unknown(tmp_path: Path) -> None:
    async with commune(tmp_path) as place:
        for code in ("H50.34-260713-0999", "một mã lạ / 7", "TAM-GL1-260713-0001"):
            assert code_of(await asked(place.client, code)) == (404, "not_found")
        assert (await asked(place.client, "")).status_code == 400
        assert (await asked(place.client, "7" * 81)).status_code == 400


async def test_a_site_without_a_system_says_so(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        answer = await asked(client, "H50.34-260713-0001")
        assert code_of(answer) == (503, "office.not_connected")
        site = (await client.get("/api/site")).json()
        assert site["connected"] == []


async def test_only_a_kiosk_of_the_site_may_ask(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path, site_key="secret")) as client:
        assert code_of(await asked(client, "H50.34-260713-0001")) == (401, "site_key.wrong")


async def test_while_the_system_is_away_its_last_word_is_told_with_its_age(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with commune(tmp_path, clock) as place:
        code = await sent(place.api)
        await looked(place.client, code)
        place.faults.only = "/api/one-stop"
        clock.move(timedelta(seconds=30))
        for name in ("broken", "cut", "silent"):
            setattr(place.faults, name, 20)
            old = await looked(place.client, code)
            assert (old.live, old.told_at) == (False, MONDAY)
            setattr(place.faults, name, 0)
        place.faults.broken = 20
        other = await asked(place.client, "H50.34-260713-0999")
        assert code_of(other) == (503, "office.away"), "nothing was ever told of it"
        clock.move(timedelta(minutes=11))
        place.faults.broken = 20
        assert code_of(await asked(place.client, code)) == (503, "office.away"), "too old to tell"
        place.faults.broken = 0
        assert (await looked(place.client, code)).live


async def test_a_wrong_secret_is_told_as_away_to_citizens(tmp_path: Path) -> None:
    async with commune(tmp_path, secret="wrong") as place:
        code = await sent(place.api)
        assert code_of(await asked(place.client, code)) == (503, "office.away")


async def test_a_kiosks_own_number_leads_to_the_official_code_for_ever(tmp_path: Path) -> None:
    local = "TAM-GL1-260713-0001"
    async with commune(tmp_path) as place:
        code = await sent(place.api, MaTam=local)
        told = await looked(place.client, local)
        assert (told.code, told.provisional) == (code, False)
        place.faults.asked.clear()
        place.faults.only = "/api/one-stop/dossiers"
    async with commune(tmp_path) as place:  # both begin anew: the link is on the disk
        place.faults.only = "/api/one-stop/dossiers"
        place.faults.asked.clear()
        assert (await looked(place.client, local)).code == code
        assert place.faults.asked == [f"GET {BASE}/dossiers/{code}"]


async def test_long_numbers_in_a_note_are_masked(tmp_path: Path) -> None:
    async with commune(tmp_path, SimulatedClock(MONDAY)) as place:
        code = await sent(place.api)
        await moved(place, code, 4, 5, why=WHY)
        told = await looked(place.client, code)
    assert told.state == 5
    assert told.standing is Standing.PAUSED
    for hidden in ("045190001234", "0912345678", "a@b.vn"):
        assert hidden not in told.note


def test_the_day_is_a_local_one() -> None:
    """The control of the clock above: it is Monday in Viet Nam."""
    assert MONDAY.date() == date(2026, 7, 13)
