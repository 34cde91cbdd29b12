"""Rooms of the whole server over TLS: each with the certificate of its own box, or not at all."""

import ssl
from pathlib import Path

import httpx
import pytest

from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.web.tls import TlsConfig
from tests.certificates import Identity, TestAuthority
from tests.counterparts.mosquitto import RealBroker
from tests.vc.server.hall import (
    OFFER,
    PLAN,
    SDP,
    console,
    hall_config,
    open_plan,
    running,
    state_where,
)
from tests.vc.server.room_twin import room_twin
from tests.waiting import until
from vc.server.config import ConferenceConfig, HttpConfig

pytestmark = pytest.mark.real
OWN, NONE, OTHERS, FOREIGN = "trung-tam", "dong-ha", "vinh-linh", "gio-linh"


def box(site: str) -> str:
    return f"{site}-room"


def trusting(authority: TestAuthority, identity: Identity | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    if identity:
        context.load_cert_chain(identity.certificate, identity.key)
    return context


def behind_tls(folder: Path, authority: TestAuthority, broker: RealBroker) -> ConferenceConfig:
    own, port = authority.issue("province-vc"), free_port()
    tls = TlsConfig(
        certificate_file=str(own.certificate),
        key_file=str(own.key),
        client_ca_file=str(authority.certificate),
    )
    return hall_config(
        folder,
        http=HttpConfig(port=port, tls=tls),
        public_url=f"https://127.0.0.1:{port}",
        bus=BusConfig(port=broker.port),
    )


async def test_a_room_is_let_in_with_its_own_boxs_certificate_alone(tmp_path: Path) -> None:
    province, elsewhere = TestAuthority(tmp_path, "province"), TestAuthority(tmp_path, "elsewhere")
    shows = {
        OWN: trusting(province, province.issue(box(OWN))),
        NONE: trusting(province),
        OTHERS: trusting(province, province.issue(box(OWN))),
        FOREIGN: trusting(province, elsewhere.issue(box(FOREIGN))),
    }
    async with RealBroker(tmp_path) as broker:
        config, port = behind_tls(tmp_path / "state", province, broker), broker.port
        async with (
            running(config),
            console(config, trust=trusting(province)) as chair,
            room_twin(port, box(OWN), trust=shows[OWN]) as own,
            room_twin(port, box(NONE), trust=shows[NONE]) as none,
            room_twin(port, box(OTHERS), trust=shows[OTHERS]) as others,
            room_twin(port, box(FOREIGN), trust=shows[FOREIGN]) as foreign,
        ):
            await open_plan(chair)
            rooms = (own, none, others, foreign)
            await until(lambda: all(room.answers for room in rooms), "every room has tried")
            assert [room.answers[0] for room in rooms] == [201, 403, 403, 0]
            state = await state_where(chair, lambda now: now.member(OWN).connected, "it is in")
            assert [one.id for one in state.members if one.connected] == [OWN]


async def test_a_browser_needs_no_certificate_and_gets_no_rooms_place(tmp_path: Path) -> None:
    province = TestAuthority(tmp_path, "province")
    async with RealBroker(tmp_path) as broker:
        config = behind_tls(tmp_path / "state", province, broker)
        trust = trusting(province)
        async with (
            running(config),
            console(config, trust=trust) as chair,
            httpx.AsyncClient(base_url=config.public_url, verify=trust) as laptop,
        ):
            await open_plan(chair)
            made = (await chair.post("/api/links", json={"name": "x", "member": NONE})).json()
            body = {"code": made["url"].rpartition("/")[2], "pin": made["pin"], "name": "x"}
            answer = await laptop.post("/api/join", json=body)
            assert "Secure" in answer.headers["set-cookie"]
            headers = SDP | {"Authorization": f"Bearer {answer.json()['publish']}"}
            refused = await laptop.post(f"/room/{PLAN.id}", content=OFFER, headers=headers)
            assert refused.status_code == 403
            taken = await laptop.post(f"/whip/{PLAN.id}", content=OFFER, headers=headers)
            assert taken.status_code == 201
