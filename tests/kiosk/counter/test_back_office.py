"""The back office in the part's status: who answers, what waits, which years are doubtful."""

import asyncio
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from devices.contract.clock import LOCAL, SimulatedClock
from devices.contract.config import parse_toml
from devices.contract.identity import COUNTER, BoxId
from devices.contract.message import DeviceReport, Health, PartStatus, decode
from devices.contract.topics import PartTopics
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from devices.runtime.worker import Worker
from kiosk.api.errors import NotFoundError
from kiosk.backoffice.errors import BackOfficeDownError
from kiosk.backoffice.systems import DOSSIER, BackOfficeConfig, content_of
from kiosk.counter.config import CounterConfig
from kiosk.counter.dossiers.codes import LocalCodes
from kiosk.counter.live import LiveSite
from kiosk.counter.main import DATABASE
from kiosk.counter.office.office import ONE_STOP, back_office
from kiosk.counter.store import Store
from kiosk.register.simulated import simulated
from tests.counterparts.mosquitto import RealBroker
from tests.kiosk.backoffice.province import DRAFT, systems_of
from tests.kiosk.counter.site import running, sample_config

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=LOCAL)
LOCAL_CODE = "TAM-GL1-261123-0001"


async def reports_of(config: CounterConfig, *, look: bool = True) -> dict[str, DeviceReport]:
    """Return what a back office says of itself, once it has looked at every system."""
    found: dict[str, DeviceReport] = {}
    async with Worker("store") as worker:
        store = await worker.do(Store, Path(config.state_dir) / DATABASE)
        site = LiveSite(config, store, worker, SimulatedClock(NOON))
        async with back_office(site) as office:
            looking = asyncio.create_task(office.look() if look else asyncio.sleep(0))
            try:
                async with asyncio.timeout(20):
                    while True:
                        found = {report.name: report for report in await office.reports()}
                        if not look or set(config.back_office.names) <= set(found):
                            break
                        await asyncio.sleep(0.05)
            finally:
                looking.cancel()
        await worker.do(store.close)
    return found


async def test_a_site_without_systems_has_nothing_to_say(tmp_path: Path) -> None:
    assert await reports_of(sample_config(tmp_path), look=False) == {}


async def test_each_system_is_told_up_or_away(tmp_path: Path) -> None:
    async with simulated(tmp_path / "r") as register:
        config = sample_config(tmp_path, back_office=systems_of(register, tmp_path))
        well = await reports_of(config)
        register.faults.only = "/api/payments"
        register.faults.broken = 100
        ill = await reports_of(config)
    assert {name for name in well if well[name].driver == "http"} == {
        *("one_stop", "open311", "payment", "booking")
    }
    assert {one.health for one in well.values()} == {Health.READY}
    assert well["outbox"].facts == {"waiting": 0.0, "stuck": 0.0}
    assert ill["payment"].code == BackOfficeDownError.code
    assert ill["one_stop"].health is Health.READY


async def test_wrong_credentials_and_lost_files_are_told_and_the_site_opens(tmp_path: Path) -> None:
    async with simulated(tmp_path / "r") as register:
        office = systems_of(register, tmp_path, secret="wrong")
        told = await reports_of(sample_config(tmp_path, back_office=office))
        (tmp_path / "secret").unlink()
        config = sample_config(tmp_path, back_office=office)
        lost = await reports_of(config)
        async with running(config) as client:
            assert (await client.get("/api/site")).status_code == 200
    assert told["one_stop"].code == "backoffice.token_refused"
    assert (lost["one_stop"].health, lost["one_stop"].code) == (Health.FAULT, "config.bad")
    assert lost["open311"].health is Health.READY, "it has a key of its own"


async def test_a_damaged_table_of_the_sites_own_is_told_and_the_shipped_one_holds(
    tmp_path: Path,
) -> None:
    own = tmp_path / "own" / "calendar"
    own.mkdir(parents=True)
    (own / "2026.toml").write_text("year = 'next'", encoding="utf-8")
    (own.parent / "codes.toml").write_text("forms = 'all'", encoding="utf-8")
    config = sample_config(tmp_path / "site", tables_folder=str(own.parent))
    told = await reports_of(config, look=False)
    assert told["tables"].health is Health.WARNING
    assert "2026.toml" in told["tables"].text
    assert "codes.toml: forms" in told["tables"].text


async def test_years_without_announced_days_off_are_named(tmp_path: Path) -> None:
    async with simulated(tmp_path / "r") as register:
        config = sample_config(tmp_path, back_office=systems_of(register, tmp_path))
        told = await reports_of(config)
    assert told["calendar"].facts == {"doubtful_years": "2027"}
    assert told["calendar"].health is Health.READY, "this year is announced"


async def test_an_accepted_dossier_leaves_the_outbox_and_its_number_becomes_official(
    tmp_path: Path,
) -> None:
    """Refused by a system that is away it waits, and is told; then it goes, once."""
    draft = msgspec.structs.replace(DRAFT, local_code=LOCAL_CODE, agency="H50.34")
    async with simulated(tmp_path / "r") as register, Worker("store") as worker:
        config = sample_config(tmp_path, back_office=systems_of(register, tmp_path))
        store = await worker.do(Store, tmp_path / DATABASE)
        site = LiveSite(config, store, worker, SimulatedClock(NOON))
        async with back_office(site) as office:
            codes = LocalCodes(store, office.outbox, site.clock)
            office.on_sent(DOSSIER, codes.sent)
            seen: list[str] = []
            office.on_sent(DOSSIER, lambda _, named: seen.append(named))

            def put() -> str:
                with store.transaction():
                    return office.outbox.put(DOSSIER, LOCAL_CODE, content_of(draft))

            register.faults.only = "/api/one-stop"
            register.faults.broken = 3  # as often as it is tried at once
            sending = asyncio.create_task(office.send())
            try:
                await worker.do(put)
                office.nudge()
                while not (rows := await office.outstanding()) or not rows[0].tries:
                    await asyncio.sleep(0.05)
                assert await worker.do(codes.waits, LOCAL_CODE)
                while await office.outstanding():
                    await asyncio.sleep(0.05)
                assert seen == [await worker.do(codes.official, LOCAL_CODE)]
                assert seen[0].startswith("H50.34-")
                assert not await worker.do(codes.waits, LOCAL_CODE)
                with pytest.raises(NotFoundError):
                    await office.drop("nothing")
            finally:
                sending.cancel()
        await worker.do(store.close)


@pytest.mark.real
async def test_the_province_hears_of_it_in_the_parts_status(tmp_path: Path) -> None:
    topics = PartTopics(BoxId("gio-linh-1"), COUNTER)
    async with (
        RealBroker(tmp_path / "broker") as broker,
        simulated(tmp_path / "r") as register,
        asyncio.timeout(60),
    ):
        line = BusConfig(port=broker.port)
        office = systems_of(register, tmp_path)
        config = sample_config(tmp_path / "site", bus=line, back_office=office)
        async with (
            mqtt_bus(line, "a-listener") as bus,
            bus.listen(topics.status) as statuses,
            running(config),
        ):
            while True:
                status = decode((await statuses.get()).payload, PartStatus)
                if {"one_stop", "outbox"} <= {one.name for one in status.devices}:
                    break
    assert status.health is Health.READY


def test_the_sample_of_the_guide_is_a_right_configuration() -> None:
    told = parse_toml(
        """
        [one_stop.link]
        url = "https://mot-cua.tinh.example/api"
        [one_stop.link.oauth]
        token_url = "https://mot-cua.tinh.example/oauth/token"
        client_id = "gio-linh"
        client_secret = { path = "/etc/motcua/secrets/mot-cua" }
        """,
        BackOfficeConfig,
    )
    assert told.names == (ONE_STOP,)
