"""The pages of enrolment: what a technician does there, and how far their rights reach."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from litestar.testing import AsyncTestClient

from devices.contract.errors import MotcuaError
from provisioning.controller.access import Reach
from provisioning.controller.database import Database
from provisioning.controller.pages import Pages
from provisioning.controller.registry.records import BoxRecord, Expected, Place, Standing
from provisioning.controller.registry.registrar import Registrar
from provisioning.controller.registry.routes import handlers
from provisioning.controller.rights import Grant, Person, Role
from provisioning.pki.certificates import number_of
from provisioning.stick import StickRequest, read_answer, written
from tests.provisioning.controller.registry.somewhere import (
    CLAIM,
    SERIAL,
    Written,
    csr,
    new_key,
    registrar_in,
    request,
)
from tests.provisioning.controller.somebody import TECHNICIAN, VIEWER, app_as

LOCAL = Person(
    id=7, login="xa", name="Cán bộ xã", grants=(Grant(unit="19495", role=Role.TECHNICIAN),)
)


SITES = {"gio-linh": "19495", "dong-ha": "19333"}


class Units:
    """Places of a province with two communes; a box stands where the registry says."""

    def __init__(self, room: Registrar) -> None:
        self._room = room

    def path(self, place: str) -> tuple[str, ...]:
        box = self._room.registry.known(place)
        unit = (box.unit or SITES.get(box.site, "")) if box else place
        return ("44", unit) if unit in ("19495", "19333") else ()

    def name(self, place: str) -> str:
        return place


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def log() -> Written:
    return Written()


@pytest.fixture
async def room(tmp_path: Path, database: Database, log: Written) -> AsyncIterator[Registrar]:
    async with registrar_in(tmp_path, database, audit=log) as one:
        yield one


def browser(room: Registrar, person: Person | None = TECHNICIAN) -> AsyncTestClient:  # type: ignore[type-arg]  # of any application
    units = Units(room)
    return AsyncTestClient(app_as(person, handlers(room, units, Reach(units), Pages())))


def asks(room: Registrar, serial: str = SERIAL) -> int:
    with pytest.raises(MotcuaError):
        room.enrolment.enrol(serial, CLAIM, request(serial), "10.0.0.9")
    return room.registry.asking()[-1].id


def known(room: Registrar, box: str) -> BoxRecord:
    record = room.registry.known(box)
    assert record is not None
    return record


async def test_a_waiting_box_is_shown_with_its_words_and_accepted(
    room: Registrar, log: Written
) -> None:
    number = asks(room)
    words = room.registry.asking()[0].words
    async with browser(room) as http:
        page = (await http.get("/enrolment")).text
        assert words.replace("-", " · ") in page
        assert room.authority.fingerprint in page
        form = {"box": "gio-linh-1", "unit": "19495", "role": "kiosk", "name": "Gio Linh"}
        answer = await http.post(
            f"/enrolment/requests/{number}/accept", data=form, follow_redirects=False
        )
        assert answer.status_code == 303
        page = (await http.get("/enrolment?lang=en")).text
    assert "Gio Linh" in page
    assert "Expected" in page
    assert known(room, "gio-linh-1").unit == "19495"
    assert [line[:3] for line in log.lines] == [("ky-thuat", "box.accepted", "gio-linh-1")]


async def test_a_refused_box_is_gone_from_the_queue_with_its_reason(room: Registrar) -> None:
    number = asks(room)
    async with browser(room) as http:
        await http.post(f"/enrolment/requests/{number}/refuse", data={"reason": "<b>lạ</b>"})
        page = (await http.get("/enrolment")).text
    assert "&lt;b&gt;lạ&lt;/b&gt;" in page
    assert room.registry.asking()[0].reason == "<b>lạ</b>"


async def test_who_waits_is_turned_away_by_the_branch_it_is_expected_in(room: Registrar) -> None:
    own, other = Place(unit="19495"), Place(unit="19333")
    expected = [
        Expected(serial="aaaa", box="gio-linh-1", place=own),
        Expected(serial="bbbb", box="dong-ha-1", place=other),
    ]
    room.registry.preauthorise(expected, "x")
    here, there, nowhere = (asks(room, serial) for serial in ("aaaa", "bbbb", "cccc"))
    async with browser(room, LOCAL) as http:
        page = (await http.get("/enrolment")).text
        listed = (await http.get("/api/enrolment")).json()
        assert [one["serial"] for one in listed] == ["aaaa", "cccc"]
        assert "dong-ha-1" not in page
        assert (f"/{here}/refuse" in page, f"/{nowhere}/refuse" in page) == (True, False)
        for number in (there, nowhere):
            answer = await http.post(f"/enrolment/requests/{number}/refuse", data={"reason": "x"})
            assert answer.status_code == 403
        assert not any(one.refused_at for one in room.registry.asking())
        answer = await http.post(f"/enrolment/requests/{here}/refuse", data={"reason": "hỏng"})
        assert answer.status_code == 200
    async with browser(room) as http:
        for number in (there, nowhere):
            await http.post(f"/enrolment/requests/{number}/refuse", data={"reason": "x"})
    assert all(one.refused_at for one in room.registry.asking())


async def test_a_stick_of_another_branchs_box_is_signed_there(room: Registrar) -> None:
    expected = Expected(serial=SERIAL, box="dong-ha-1", claim=CLAIM, place=Place(unit="19333"))
    room.registry.preauthorise([expected], "x")
    encoding = serialization.Encoding.PEM
    pem = x509.load_der_x509_csr(csr(SERIAL)).public_bytes(encoding).decode()
    asked = written(StickRequest(serial=SERIAL.upper(), claim=CLAIM, csr=pem))
    async with browser(room, LOCAL) as http:
        answer = await http.post("/enrolment/stick", files={"file": ("request.json", asked)})
        assert answer.status_code == 403
    assert known(room, "dong-ha-1").standing is Standing.EXPECTED
    async with browser(room) as http:
        answer = await http.post("/enrolment/stick", files={"file": ("request.json", asked)})
        assert read_answer(answer.content).box == "dong-ha-1"


async def test_a_box_is_not_moved_out_of_a_branch_by_its_site(room: Registrar) -> None:
    here = Expected(serial=SERIAL, box="gio-linh-1", place=Place(site="gio-linh"))
    room.registry.preauthorise([here], "x")
    path, form = "/enrolment/boxes/gio-linh-1/place", {"site": "dong-ha"}
    async with browser(room, LOCAL) as http:
        assert (await http.post(path, data=form)).status_code == 403
        assert (await http.post(path, data={"name": "Một cửa"})).status_code == 200
    assert known(room, "gio-linh-1").site == "gio-linh"
    async with browser(room) as http:
        await http.post(path, data=form)
    assert known(room, "gio-linh-1").site == "dong-ha"


async def test_a_name_that_is_taken_is_said_on_the_page(room: Registrar) -> None:
    room.registry.preauthorise([Expected(serial="aaaa", box="gio-linh-1")], "x")
    number = asks(room)
    async with browser(room) as http:
        answer = await http.post(f"/enrolment/requests/{number}/accept", data={"box": "gio-linh-1"})
        assert answer.status_code == 400
        assert "aaaa" in answer.text
        answer = await http.post(f"/enrolment/requests/{number}/accept", data={"box": "A b"})
        assert answer.status_code == 400
    assert len(room.registry.asking()) == 1


async def test_a_list_becomes_a_sheet_whose_claims_work_and_are_shown_once(
    room: Registrar,
) -> None:
    text = "serial;box;unit;name\nAAAA;dong-ha-1;19333;Một cửa Đông Hà\nbbbb;;19333;\n"
    async with browser(room) as http:
        answer = await http.post("/enrolment/list", files={"file": ("l.csv", text.encode())})
        page = (await http.get("/enrolment")).text
    assert answer.status_code == 200
    claims = re.findall(r'class="secret">([a-z-]+)<', answer.text)
    assert len(claims) == 2
    assert answer.text.count("<svg") == 2
    assert claims[0] not in page
    room.enrolment.enrol("aaaa", claims[0], request("aaaa"), "10.0.0.9")
    assert known(room, "dong-ha-1").standing is Standing.IN_SERVICE


async def test_every_bad_line_of_a_list_is_named_in_the_pages_language(room: Registrar) -> None:
    text = "serial,box\n???,a\nbbbb,B\n"
    async with browser(room) as http:
        answer = await http.post("/enrolment/list", files={"file": ("l.csv", text.encode())})
        english = await http.post(
            "/enrolment/list?lang=en", files={"file": ("l.csv", text.encode())}
        )
        latin = await http.post(
            "/enrolment/list", files={"file": ("l.csv", "serial\nĐ".encode("utf-16"))}
        )
        nothing = await http.post("/enrolment/list", data={"file": ""})
    assert (answer.status_code, latin.status_code, nothing.status_code) == (400, 400, 400)
    assert "Dòng 1: “???” không phải số sê-ri" in answer.text
    assert "Dòng 2: “B” không phải tên hộp" in answer.text
    assert "Line 2: “B” is no box name" in english.text
    assert room.registry.all() == ()


async def test_a_stick_is_answered_with_what_the_gate_would_give(room: Registrar) -> None:
    key = new_key()
    pem = x509.load_der_x509_csr(csr(key=key)).public_bytes(serialization.Encoding.PEM).decode()
    asked = written(StickRequest(serial=SERIAL, claim=CLAIM, csr=pem))
    async with browser(room) as http:
        waits = await http.post("/enrolment/stick", files={"file": ("request.json", asked)})
        (one,) = room.registry.asking()
        assert one.words in waits.text
        room.registry.accept(one.id, "gio-linh-1", Place(site="gio-linh"), "x")
        signed = await http.post("/enrolment/stick", files={"file": ("request.json", asked)})
        bad = await http.post("/enrolment/stick", files={"file": ("request.json", b"{")})
    answer = read_answer(signed.content)
    got = x509.load_pem_x509_certificate(answer.certificate.encode())
    assert got.public_key() == key.public_key()
    assert room.registry.owner(number_of(got)).box == answer.box == "gio-linh-1"
    assert answer.site == "gio-linh"
    assert bad.status_code == 400


async def test_replacing_and_retiring_want_the_name_typed(room: Registrar) -> None:
    (claimed,) = room.registry.preauthorise([Expected(serial=SERIAL, box="gio-linh-1")], "x")
    first = number_of(room.enrolment.enrol(SERIAL, claimed.claim, request(), "10.0.0.9"))
    at = "/enrolment/boxes/gio-linh-1"
    async with browser(room) as http:
        assert first in (await http.get(at)).text
        wrong = await http.post(f"{at}/replace", data={"serial": "ffff", "confirm": "gio-linh"})
        assert wrong.status_code == 400
        room.registry.owner(first)
        sheet = await http.post(f"{at}/replace", data={"serial": "ffff", "confirm": "gio-linh-1"})
        (claim,) = re.findall(r'class="secret">([a-z-]+)<', sheet.text)
        room.enrolment.enrol("ffff", claim, request("ffff"), "10.0.0.9")
        assert (await http.post(f"{at}/retire", data={"confirm": ""})).status_code == 400
        await http.post(f"{at}/retire", data={"confirm": "gio-linh-1"})
        assert SERIAL in (await http.get(at)).text
        assert (await http.get("/enrolment/boxes/nobody")).status_code == 404
    assert known(room, "gio-linh-1").standing is Standing.RETIRED
    assert len(room.registry.revoked()) == 2


async def test_a_communes_technician_provisions_there_and_nowhere_else(room: Registrar) -> None:
    room.registry.preauthorise(
        [Expected(serial="aaaa", box="dong-ha-1", place=Place(unit="19333"))], "x"
    )
    number = asks(room)
    async with browser(room, LOCAL) as http:
        accept = f"/enrolment/requests/{number}/accept"
        for unit in ("19333", ""):
            answer = await http.post(accept, data={"box": "gio-linh-1", "unit": unit})
            assert answer.status_code == 403
        assert "dong-ha-1" not in (await http.get("/enrolment")).text
        for path in ("", "/place", "/claim", "/replace", "/retire"):
            at = f"/enrolment/boxes/dong-ha-1{path}"
            answer = await (http.post(at, data={"confirm": "dong-ha-1"}) if path else http.get(at))
            assert answer.status_code == 403, at
        expect = {"serial": "bbbb", "unit": "19333"}
        assert (await http.post("/enrolment/expect", data=expect)).status_code == 400
        theirs = {"serial": "aaaa", "box": "dong-ha-1", "unit": "19495"}
        assert (await http.post("/enrolment/expect", data=theirs)).status_code == 400
        own = await http.post(accept, data={"box": "gio-linh-1", "unit": "19495"})
        assert own.status_code == 200
    assert known(room, "dong-ha-1").standing is Standing.EXPECTED
    assert known(room, "gio-linh-1").unit == "19495"


@pytest.mark.parametrize("person", [VIEWER, None])
async def test_who_may_not_provision_sees_nothing_of_it(
    room: Registrar, person: Person | None
) -> None:
    number = asks(room)
    async with browser(room, person) as http:
        assert (await http.get("/enrolment")).status_code in (401, 403)
        answer = await http.post(f"/enrolment/requests/{number}/accept", data={"box": "x-1"})
        assert answer.status_code in (401, 403)
    assert room.registry.all() == ()


async def test_many_boxes_are_found_and_paged(room: Registrar) -> None:
    many = [Expected(serial=f"s{at:04}", box=f"box-{at:03}") for at in range(60)]
    room.registry.preauthorise(many, "x")
    async with browser(room) as http:
        first = (await http.get("/enrolment")).text
        second = (await http.get("/enrolment?after=box-049")).text
        found = (await http.get("/enrolment?q=S0042")).text
    assert ("box-049" in first, "box-050" in first) == (True, False)
    assert "box-059" in second
    assert re.findall(r"/enrolment/boxes/([a-z0-9-]+)", found) == ["box-042"]
