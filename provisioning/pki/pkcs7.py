"""Certificates as EST answers them: PKCS#7, certs only (RFC 5272 §4.1), in base64. Pure."""

import base64
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7


def certs_only(certificates: Iterable[x509.Certificate]) -> bytes:
    """Return the answer's body: one line, because strongSwan reads no base64 with line breaks."""
    der = pkcs7.serialize_certificates(list(certificates), serialization.Encoding.DER)
    return base64.b64encode(der)
