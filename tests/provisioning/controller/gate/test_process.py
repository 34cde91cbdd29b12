"""The whole controller: gate, broker's door and pages, as a box meets them."""

import asyncio
import base64
import ssl
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig, ClientTls
from provisioning.controller.config import BrokerConfig, ControllerConfig, HttpConfig
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.main import build
from provisioning.controller.registry.command import opened
from provisioning.controller.registry.records import Expected
from provisioning.pki.authority import key_pem
from tests.provisioning.controller.gate.conftest import EST
from tests.provisioning.controller.registry.somewhere import SERIAL, csr, new_key

pytestmark = pytest.mark.real
WITHIN_S = 30


async def test_a_box_comes_in_by_the_gate_and_goes_to_the_broker(tmp_path: Path) -> None:
    config = ControllerConfig(
        state_dir=str(tmp_path),
        bus=BusConfig(port=free_port()),
        http=HttpConfig(port=free_port()),
        gate=GateConfig(port=free_port(), names=("localhost",)),
        broker=BrokerConfig(mode="start", tls_port=free_port()),
    )
    ready = asyncio.Event()
    async with alongside(build(config)(ready.set), name="controller"):
        async with asyncio.timeout(WITHIN_S):
            await ready.wait()
        with opened(config) as room:  # as `motcua enrol` does, beside the controller
            (claimed,) = room.registry.preauthorise([Expected(serial=SERIAL, box="box-1")], "x")
        ca, own = tmp_path / "pki" / "ca.pem", tmp_path / "own.pem"
        key = new_key()
        context = ssl.create_default_context(cafile=str(ca))
        url = f"https://localhost:{config.gate.port}"
        async with httpx.AsyncClient(base_url=url, verify=context, trust_env=False) as http:
            answer = await http.post(
                f"{EST}/simpleenroll",
                content=base64.b64encode(csr(key=key)),
                auth=(SERIAL, claimed.claim),
            )
        wrapped = b"-----BEGIN PKCS7-----\n" + answer.content + b"\n-----END PKCS7-----\n"
        (got,) = pkcs7.load_pem_pkcs7_certificates(wrapped)
        own.write_bytes(got.public_bytes(serialization.Encoding.PEM) + key_pem(key))
        tls = ClientTls(ca_file=str(ca), certificate_file=str(own), key_file=str(own))
        line = BusConfig(host="localhost", port=config.broker.tls_port, tls=tls)
        async with mqtt_bus(line, "box-1") as bus, asyncio.timeout(WITHIN_S):
            await bus.wait_connected()
