"""The gate on its own port, behind TLS with a certificate of the province's authority."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import structlog

from devices.web.serve import served
from devices.web.tls import TlsConfig
from provisioning.controller.gate.app import app
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.registry.opening import names_of
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.authority import CERTIFICATE_FILE
from provisioning.pki.certificates import kept_server_certificate

_log = structlog.get_logger()


@contextlib.asynccontextmanager
async def gate_served(
    registrar: Registrar, gate: GateConfig, handlers: Sequence[Any] = ()
) -> AsyncIterator[int]:
    """Serve boxes while the context lasts; yields the port. `handlers` are other rooms' routes.

    A box shows its certificate if it has one: `peers.box_of` says whose it is.
    """
    authority = registrar.authority
    certificate, key = await registrar.worker.do(
        kept_server_certificate, authority, "gate", names_of(gate), registrar.clock.now()
    )
    tls = TlsConfig(
        certificate_file=str(certificate),
        key_file=str(key),
        client_ca_file=str(authority.directory / CERTIFICATE_FILE),
    )
    doors = app(registrar, handlers, again_s=gate.again_s)
    async with served(doors, gate.host, gate.port, tls=tls) as port:
        _log.info("gate", url=f"https://{names_of(gate)[0]}:{port}")
        yield port
