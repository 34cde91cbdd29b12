"""Ports of loopback for trials: nobody holds them, and no outgoing connection will take them."""

import contextlib
import secrets
import socket

_LOOPBACK = "127.0.0.1"
_FIRST, _PAST = 10_000, 32_768  # Linux gives higher ones to whoever connects
_TRIES = 100


def free_port() -> int:
    """Return a TCP port that nobody holds now. Raises OSError when a hundred are all taken."""
    for _ in range(_TRIES):
        port = _FIRST + secrets.randbelow(_PAST - _FIRST)
        with contextlib.suppress(OSError), socket.create_server((_LOOPBACK, port)):
            return port
    raise OSError("No free port was found.")
