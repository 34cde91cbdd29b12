"""Bodies that no page and no box of ours sends."""

import base64
import random
from urllib.parse import urlencode

from tests.provisioning.controller.described import FORM

MEDIA = ("application/json", FORM, "multipart/form-data; boundary=x", "text/plain", "x")
PIECES = (
    *(b"--x\r\n", b"--x--", b"\r\n\r\n", b"Content-Disposition: form-data; name=", b'"file"'),
    *(b'; filename="a"', b"\xff", b"\0", b"{}"),
)
FIELDS = ("box", "unit", "code", "name", "login", "role", "place", "hours", "latitude", "text")
VALUES = (
    "",
    "-1",
    "nan",
    "1e999",
    "9" * 400,
    "\0",
    "\ud83d".encode("utf-8", "replace"),
    "số",
    "x\r\ny",
)


def spoiled(chance: random.Random) -> bytes:
    """Return a body that no page of ours sends."""
    match chance.randrange(6):
        case 0:
            return chance.randbytes(chance.randrange(300))
        case 1:
            return b"[" * chance.randrange(5000)
        case 2:
            return b"x=" + b"9" * 70_000
        case 3:
            return "&".join(f"a{at}=" for at in range(600)).encode()
        case 4:
            return b"".join(chance.choice(PIECES) for _ in range(8))
        case _:
            fields = {chance.choice(FIELDS): chance.choice(VALUES) for _ in range(6)}
            return urlencode(fields).encode()


def mutated(body: bytes, chance: random.Random) -> bytes:
    """Return the body with a few bits of what its base64 holds turned."""
    der = bytearray(base64.b64decode(body))
    for _ in range(chance.randint(0, 3)):
        der[chance.randrange(len(der))] ^= 1 << chance.randrange(8)
    return base64.b64encode(der[: chance.choice((len(der), chance.randrange(len(der))))])
