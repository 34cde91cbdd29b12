"""Why a connection with the province failed: found in the error and in the box's own certificate.

The other side's alert says little (RFC 8446 §6), and some libraries nothing; so the box looks at
its own dates, issuer and key first.
"""

import socket
import ssl
from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from devices.contract.clock import LOCAL
from provisioning.agent.identity import Identity
from provisioning.agent.matters import Matter, MatterCode

_CONNECT_S = 5.0
_ALERT_S = 2.0  # TLS 1.3 judges a client's certificate after the handshake (RFC 8446 §4.4.2.4)
_NOT_YET, _EXPIRED = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_NAMES = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
_ALERTS = {
    "UNKNOWN_CA": MatterCode.OWN_FOREIGN,
    "CERTIFICATE_EXPIRED": MatterCode.OWN_EXPIRED,
    "CERTIFICATE_REVOKED": MatterCode.OWN_REVOKED,
    "CERTIFICATE_REQUIRED": MatterCode.OWN_UNSHOWN,
    "HANDSHAKE_FAILURE": MatterCode.OWN_UNSHOWN,  # TLS 1.2's word for it
    "BAD_CERTIFICATE": MatterCode.OWN_REFUSED,
    "CERTIFICATE_UNKNOWN": MatterCode.OWN_REFUSED,
    "DECRYPT_ERROR": MatterCode.OWN_KEY,
    "KEY_VALUES_MISMATCH": MatterCode.OWN_KEY,
}


class DoorClosedError(OSError):
    """The other side took the connection and closed it without a word, as asyncio's servers do."""


def why(error: BaseException, identity: Identity | None, now: datetime) -> Matter:
    """Return what is the matter, from an error of a connection (its causes included)."""
    for each in _causes(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return _of_theirs(each, now)
        if isinstance(each, ssl.SSLError):
            return _of_alert(each, identity, now)
        if isinstance(each, OSError):  # TimeoutError is one
            return _of_line(each, identity, now)
    own = own_matter(identity, now) if identity else None
    return own or Matter(code=MatterCode.GATE_FAILED, detail=str(error) or type(error).__name__)


def own_matter(identity: Identity, now: datetime) -> Matter | None:
    """Return what is wrong with the box's own certificate, as far as the box can tell by itself."""
    try:
        certificate = x509.load_pem_x509_certificate(identity.certificate_file.read_bytes())
        ca = x509.load_pem_x509_certificate(identity.ca_file.read_bytes())
        certificate.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        return Matter(code=MatterCode.OWN_FOREIGN)
    except OSError as error:
        return Matter(code=MatterCode.STORAGE, detail=error.strerror or "")
    if now < identity.not_before:
        return Matter(
            code=MatterCode.OWN_NOT_YET,
            detail=f"chứng thư có hiệu lực từ {_day(identity.not_before)}",
        )
    if now >= identity.not_after:
        return Matter(
            code=MatterCode.OWN_EXPIRED, detail=f"chứng thư hết hạn {_day(identity.not_after)}"
        )
    return None


def asked(host: str, port: int, context: ssl.SSLContext) -> BaseException | None:
    """Return the error of TLS with a server, None when both sides are content. Blocks some 2 s.

    Nothing is said inside: a broker must not take it for the box's own session.
    """
    try:
        line = socket.create_connection((host, port), timeout=_CONNECT_S)
    except OSError as error:
        return error
    try:
        with line, context.wrap_socket(line, server_hostname=host) as secured:
            secured.settimeout(_ALERT_S)
            return None if secured.recv(1) else DoorClosedError()
    except TimeoutError:
        return None  # it waits for us to speak: it is content
    except (ssl.SSLEOFError, ConnectionError):
        return DoorClosedError()
    except OSError as error:  # ssl.SSLError is one
        return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it was raised for; TLS first, since it is wrapped in others."""
    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in chain:
        chain.append(each)
        each = each.__cause__ or each.__context__
    yield from sorted(chain, key=lambda one: not isinstance(one, ssl.SSLError))


def _of_theirs(error: ssl.SSLCertVerificationError, now: datetime) -> Matter:
    if error.verify_code in _NAMES:
        return Matter(code=MatterCode.GATE_NAME, detail=error.verify_message)
    if error.verify_code in (_NOT_YET, _EXPIRED):
        shown = now.astimezone(LOCAL)
        detail = f"{error.verify_message}; đồng hồ của máy: {shown:%d/%m/%Y %H:%M}"
        return Matter(code=MatterCode.GATE_DATES, detail=detail)
    return Matter(code=MatterCode.GATE_FOREIGN, detail=error.verify_message)


def _of_alert(error: ssl.SSLError, identity: Identity | None, now: datetime) -> Matter:
    """Read an alert. The box's own dates say more than `bad certificate` does."""
    reason = error.reason or ""
    code = next((code for word, code in _ALERTS.items() if reason.endswith(word)), None)
    if code is None:
        return Matter(code=MatterCode.NO_LINE, detail=f"TLS: {reason or error}")
    own = own_matter(identity, now) if identity else None
    if own and code is not MatterCode.OWN_REVOKED:
        return own
    return Matter(code=code, detail=reason)


def _of_line(error: OSError, identity: Identity | None, now: datetime) -> Matter:
    own = own_matter(identity, now) if identity else None
    if isinstance(error, DoorClosedError) or (isinstance(error, ConnectionResetError) and own):
        return own or _of_silence(identity)
    said = error.strerror or type(error).__name__
    if isinstance(error, socket.gaierror):
        said = "không tìm thấy tên máy chủ"
    return Matter(code=MatterCode.NO_LINE, detail=said)


def _of_silence(identity: Identity | None) -> Matter:
    return Matter(code=MatterCode.OWN_REFUSED if identity else MatterCode.OWN_UNSHOWN)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%d/%m/%Y}"
