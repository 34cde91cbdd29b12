"""TLS towards a broker: the context to connect with, and why a broker closed its door."""

import contextlib
import socket
import ssl

from devices.contract.errors import LineDownError
from devices.runtime.settings import ClientTls

_NO_CHECK_TIME = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME, which Python does not name
_CONNECT_S = 5.0
_ALERT_S = 2.0  # TLS 1.3 judges the client after its handshake is over (RFC 8446 §4.4.2.4)
_SAID_OF_OURS = {
    "TLSV1_ALERT_UNKNOWN_CA": "it is not of the province's CA",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "it has expired",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "it was revoked",
    "SSLV3_ALERT_BAD_CERTIFICATE": "it is not valid, or not yet: look at its dates and the clocks",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "none was shown",
}
_SAID_SINCE_LONG = {"SSLV3_ALERT_HANDSHAKE_FAILURE": "none was shown"}  # TLS 1.2


class CertificateRefusedError(LineDownError):
    """The other side did not accept our certificate, or we did not accept its."""

    code = "bus.certificate"


def client_context(tls: ClientTls) -> ssl.SSLContext:
    """Return what a client speaks TLS with: 1.2 or newer, the host's name checked.

    Raises CertificateRefusedError when a file is missing or is no PEM of its kind.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not tls.check_dates:
        context.verify_flags |= _NO_CHECK_TIME
    try:
        context.load_verify_locations(tls.ca_file)
        if tls.certificate_file:
            context.load_cert_chain(tls.certificate_file, tls.key_file or None)
    except OSError as error:  # ssl.SSLError is one
        files = ", ".join(
            name for name in (tls.ca_file, tls.certificate_file, tls.key_file) if name
        )
        raise CertificateRefusedError(f"not usable: {files}: {error}") from error
    return context


def refusal(host: str, port: int, tls: ClientTls) -> str:
    """Return in words why TLS with the broker fails, or nothing when it does not. Blocks some 2 s.

    MQTT libraries do not pass on what the other side said of a certificate, so it is asked once
    more, without MQTT.
    """
    try:
        context = client_context(tls)
        with (
            socket.create_connection((host, port), timeout=_CONNECT_S) as line,
            context.wrap_socket(line, server_hostname=host) as secured,
        ):
            secured.settimeout(_ALERT_S)
            with contextlib.suppress(TimeoutError):
                secured.recv(1)
    except CertificateRefusedError as error:
        return error.sentence
    except ssl.SSLCertVerificationError as error:
        return f"the broker's certificate: {error.verify_message}"
    except ssl.SSLError as error:
        said = (_SAID_OF_OURS | _SAID_SINCE_LONG).get(error.reason or "")
        return f"our certificate: {said}" if said else f"TLS: {error.reason}"
    except OSError:
        return ""  # no TLS matter: the connection itself says it better
    return ""
