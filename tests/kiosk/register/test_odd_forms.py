"""Odd forms and addresses at every page: told why, never a bug, and nothing happens."""

import random
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from devices.contract.clock import SimulatedClock
from kiosk.register.dossiers.rows import DossierRow, StepRow
from kiosk.register.main import DATABASE, TABLES
from kiosk.register.store import Store
from tests.kiosk.register.office import MONDAY, officer, running, sample_config
from tests.kiosk.register.test_desk import received

SEED, ROUNDS = 11, 12
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ODD = ("", " ", "-1", "1e9", "٣", "9" * 40, "x" * 9000, "\x00", "số", "' OR 1=1 --", "<b>", "=1+1")
FORMS: dict[str, dict[str, str]] = {
    "/receive": {"key": "0" * 32, "form": "1.001193", "owner": "A", "copies": "1"},
    "/dossiers/{code}/accept": {"seen": "2", "amount": "3", "unit": "ngày", "cut_off": "15:00"},
    "/dossiers/{code}/act": {"seen": "2", "act": "begin"},
    "/dossiers/{code}/hand-over": {"seen": "2", "unit": "tu-phap"},
    "/dossiers/{code}/extend": {"seen": "2", "extra": "2", "why": "x"},
    "/dossiers/{code}/papers": {"papers": "Tờ khai"},
    "/dossiers/{code}/delete": {"confirmed": "x"},
    "/dossiers/{code}/print": {"form": "tiep_nhan"},
}
STRICT = ("key", "seen", "act", "unit", "extra", "confirmed", "form")
"""Fields that take few values. A receipt's `form` is a code, and any word may be one."""
READ = (
    "/dossiers?part={odd}&unit={odd}&page={odd}&q={odd}",
    "/dossiers/{odd}",
    "/dossiers/{code}/papers/{odd}",
    "/dossiers/{code}/print/{odd}",
    "/logbook?first={odd}",
    "/logbook.csv?last={odd}",
    "/language/{odd}?back={odd}",
    "/sign-in?to={odd}",
)


def spoiled(chance: random.Random, good: dict[str, str]) -> bytes:
    """Return a form of which at least one field is not as it should be."""
    strict = [name for name in good if name in STRICT and not (name == "form" and "key" in good)]
    how = chance.choice(("odd", "missing", "noise", "broken") if strict else ("noise", "broken"))
    if how == "noise":
        return chance.randbytes(chance.randint(0, 300))
    if how == "broken":
        return b"=&&=%ff&seen=%zz"
    form = dict(good)
    name = chance.choice(strict)
    form.pop(name)
    if how == "odd":
        form[name] = chance.choice(ODD)
    return urlencode(form, errors="surrogatepass").encode()


async def test_no_form_or_address_is_a_bug_and_what_is_refused_changes_nothing(
    tmp_path: Path,
) -> None:
    chance = random.Random(SEED)
    statuses: set[int] = set()

    def told(answer: Any) -> None:
        statuses.add(answer.status_code)
        assert answer.status_code < 500, (answer.request.url, answer.request.content)
        if answer.status_code >= 400:
            assert 'role="alert"' in answer.text, answer.request.url

    async with (
        running(sample_config(tmp_path), SimulatedClock(MONDAY)) as client,
        officer(client, "lan") as head,
    ):
        code = await received(head)
        for path in READ:
            for odd in ODD:
                where = path.replace("{code}", code)
                told(await head.get(where.replace("{odd}", quote(odd[:200], safe=""))))
        for path, good in FORMS.items():
            for _ in range(ROUNDS):
                body = spoiled(chance, good)
                answer = await head.post(path.replace("{code}", code), content=body, headers=FORM)
                told(answer)
                assert answer.status_code >= 400, (path, body)
    assert statuses >= {200, 303, 400, 404}
    with Store(tmp_path / DATABASE, TABLES) as store:
        assert [row.code for row in store.rows(DossierRow, "dossiers")] == [code]
        assert len(store.rows(StepRow, "steps")) == 2
