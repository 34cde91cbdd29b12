"""Which box is on a connection: what its certificate says, and what the registry says of that."""

from typing import Any

from litestar.connection import ASGIConnection

from devices.web.tls import peer_name, peer_number
from provisioning.controller.registry.errors import NoCertificateError, UnknownCertificateError
from provisioning.controller.registry.records import BoxRecord
from provisioning.controller.registry.registry import Registry


def box_of(registry: Registry, connection: ASGIConnection[Any, Any, Any, Any]) -> BoxRecord:
    """Return the box whose valid certificate was shown.

    The handshake knows the authority; the registry knows revoked ones the moment they are. Raises
    NoCertificateError, UnknownCertificateError or RevokedCertificateError.
    """
    number = peer_number(connection.scope)
    if not number:
        raise NoCertificateError
    record = registry.owner(number)
    if record.box != peer_name(connection.scope):
        raise UnknownCertificateError
    return record


def box_name(registry: Registry, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the name of the box whose valid certificate was shown; raises as `box_of` does."""
    return str(box_of(registry, connection).box)
