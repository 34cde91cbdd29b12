"""Second factors: codes by time (RFC 6238, as every authenticator has them), recovery codes."""

import hashlib
import hmac
import io
import secrets
from datetime import datetime

import pyotp
import segno

ISSUER = "Một cửa"
RECOVERY_CODES = 10
_STEP_S = 30
_AROUND = (0, -1, 1)  # clocks differ, and typing takes time (RFC 6238 §5.2)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_LETTERS = 10


def fresh_key() -> str:
    """Return a key of 160 bits in base32 (RFC 4226 §4)."""
    return pyotp.random_base32()


def step_of(key: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is; None when it is nobody's.

    The caller takes each step once, and none before one taken: a code seen over a shoulder is worth
    nothing.
    """
    code = code.replace(" ", "")
    generator = pyotp.TOTP(key, interval=_STEP_S)
    step = int(now.timestamp()) // _STEP_S
    fits = [
        step + around
        for around in _AROUND
        if hmac.compare_digest(
            generator.generate_otp(step + around), code.encode("ascii", "replace").decode()
        )
    ]
    return fits[0] if fits else None


def address(key: str, login: str) -> str:
    """Return the key's `otpauth:` address, which authenticators read as a QR."""
    return pyotp.TOTP(key).provisioning_uri(name=login, issuer_name=ISSUER)


def drawn(text: str) -> str:
    """Return a QR as an SVG element without inline style."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, scale=1, svgclass="qr", lineclass=None, omitsize=True
    )
    return out.getvalue().decode()


def recovery_codes() -> tuple[str, ...]:
    """Return fresh recovery codes, 49 bits each, to be used once."""
    letters = [
        "".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LETTERS))
        for _ in range(RECOVERY_CODES)
    ]
    return tuple(f"{code[:5]}-{code[5:]}" for code in letters)


def recovery_hash(account: int, code: str) -> str:
    """Return a recovery code as it is stored: made up by a machine, so a fast hash is enough."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(f"{account}:{plain}".encode()).hexdigest()
