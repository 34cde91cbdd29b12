"""The CSCA certificates of a box: whose signature over a chip's data it knows."""

from pathlib import Path

from cryptography import x509

from devices.chip.errors import BadIssuersError

_PEM = b"-----BEGIN"
_MOST = 256
_ENDS = (".pem", ".crt", ".cer", ".der")


def issuers_in(folder: str) -> tuple[x509.Certificate, ...]:
    """Return the certificates in a folder's PEM and DER files; none when it is not there.

    Raises BadIssuersError when a file is no certificate, or one that may not issue (RFC 5280
    §4.2.1.9). Blocks.
    """
    place = Path(folder)
    if not folder or not place.is_dir():
        return ()
    found: list[x509.Certificate] = []
    for path in sorted(place.iterdir()):
        if path.suffix.lower() in _ENDS:
            found += _certificates(path)
    if len(found) > _MOST:
        raise BadIssuersError(f"{folder}: more than {_MOST} certificates")
    return tuple(found)


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        data = path.read_bytes()
        if _PEM in data:
            certificates = x509.load_pem_x509_certificates(data)
        else:
            certificates = [x509.load_der_x509_certificate(data)]
        may_issue = all(map(_may_issue, certificates))
    except OSError as error:
        raise BadIssuersError(f"{path}: {error.strerror}") from error
    except (ValueError, x509.InvalidVersion) as error:
        raise BadIssuersError(f"{path}: no certificate that can be read") from error
    if not may_issue:
        raise BadIssuersError(f"{path}: not the certificate of an issuer (CA)")
    return certificates


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
