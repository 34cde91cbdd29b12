"""TLS of a process's own HTTP server, and who the other side's certificate says it is.

uvicorn tells an application nothing of the peer's certificate. A protocol of our own puts it where
the ASGI TLS extension has it, `scope["extensions"]["tls"]["client_cert_name"]`, as the bare CN, and
its serial number beside it, `client_cert_number`.
"""

import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litestar.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from devices.contract.config import BadConfigError, Config, Problem


class TlsConfig(Config, frozen=True):
    """PEM files. A client may show a certificate of `client_ca_file`; browsers have none to show.

    A certificate of anybody else ends the handshake.
    """

    certificate_file: str
    key_file: str
    client_ca_file: str = ""


def server_context(tls: TlsConfig) -> ssl.SSLContext:
    """Return what a server speaks TLS with (1.2 or newer); raises BadConfigError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(tls.certificate_file, tls.key_file)
        if tls.client_ca_file:
            context.load_verify_locations(tls.client_ca_file)
            context.verify_mode = ssl.CERT_OPTIONAL
    except OSError as error:  # ssl.SSLError is one
        raise BadConfigError((Problem("tls", _why(tls, error)),)) from error
    return context


def peer_name(scope: Mapping[str, Any]) -> str:
    """Return the CN of the certificate the client showed; empty when it showed none."""
    return str(scope.get("extensions", {}).get("tls", {}).get("client_cert_name", ""))


def peer_number(scope: Mapping[str, Any]) -> str:
    """Return the serial number of the certificate the client showed, in hexadecimal; or empty.

    Lower case, without leading zeros: as Python writes the number.
    """
    return str(scope.get("extensions", {}).get("tls", {}).get("client_cert_number", ""))


class TlsHttp(H11Protocol):
    """uvicorn's HTTP/1.1 with the peer's certificate in the scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Look at the certificate once; it is the same for every request of a connection."""
        super().connection_made(transport)
        shown = transport.get_extra_info("peercert") or {}
        number = str(shown.get("serialNumber", "")).lower().lstrip("0")
        self.app = _telling(
            self.app, {"client_cert_name": _common_name(shown), "client_cert_number": number}
        )


def _telling(app: Any, peer: dict[str, str]) -> ASGIApp:
    async def serve(scope: Any, receive: Any, send: Any) -> None:
        scope["extensions"] = {**scope.get("extensions", {}), "tls": peer}
        await app(scope, receive, send)

    return serve


def _common_name(certificate: Mapping[str, Any]) -> str:
    """Return the subject's CN; two of them are nobody's."""
    names = [
        value
        for relative in certificate.get("subject", ())
        for key, value in relative
        if key == "commonName"
    ]
    return str(names[0]) if len(names) == 1 else ""


def _why(tls: TlsConfig, error: OSError) -> str:
    files = (tls.certificate_file, tls.key_file, tls.client_ca_file)
    missing = [name for name in files if name and not Path(name).is_file()]
    return f"no such file: {', '.join(missing)}" if missing else str(error)
