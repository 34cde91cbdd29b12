"""The boxes' side as the root puts it together: revoked boxes are put off wherever the door is."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from devices.contract.errors import LineDownError
from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.broker import ProvinceBroker
from provisioning.controller.config import BrokerConfig, ControllerConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.registry.make import boxes_of
from provisioning.controller.registry.records import Expected
from tests.provisioning.controller.registry.somewhere import SERIAL, request

pytestmark = pytest.mark.real
WITHIN_S = 30


async def test_the_doors_certificate_is_kept_for_a_mosquitto_of_the_system_too(
    tmp_path: Path,
) -> None:
    config = ControllerConfig(
        state_dir=str(tmp_path), broker=BrokerConfig(mode="use", tls_port=free_port())
    )
    with contextlib.closing(Database(store_url(config))) as database:
        async with Worker("enrolment") as worker:
            boxes = await worker.do(boxes_of, config, database, worker, worker, Audit(database))
            await boxes.registrar.enforcement.put_in_force()
            assert b"BEGIN CERTIFICATE" in (tmp_path / "pki" / "broker.pem").read_bytes()


async def reloaded(broker: ProvinceBroker) -> bool:
    try:
        await broker.reload()
    except LineDownError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.2", "0.0.0.0"])
async def test_a_retired_box_is_put_off_a_door_that_is_not_on_loopbacks_usual_address(
    tmp_path: Path, host: str
) -> None:
    config = ControllerConfig(
        state_dir=str(tmp_path),
        bus=BusConfig(port=free_port()),
        broker=BrokerConfig(mode="start", tls_port=free_port(), tls_host=host),
    )
    with contextlib.closing(Database(store_url(config))) as database:
        async with Worker("enrolment") as worker:
            boxes = await worker.do(boxes_of, config, database, worker, worker, Audit(database))
            registrar = boxes.registrar
            (claimed,) = registrar.registry.preauthorise([Expected(serial=SERIAL, box="a-1")], "x")
            registrar.enrolment.enrol(SERIAL, claimed.claim, request(), "10.0.0.9")
            async with alongside(keep("broker", boxes.broker.run), name="broker"):
                async with asyncio.timeout(WITHIN_S):
                    while not await reloaded(boxes.broker):
                        await asyncio.sleep(0.02)
                registrar.registry.retire("a-1", "x")
                await registrar.enforcement.put_in_force()  # raises when nobody could be put off
