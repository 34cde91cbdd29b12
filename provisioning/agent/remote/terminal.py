"""The far end of a terminal: bash on a pty of its own user, for whoever holds the connection.

systemd starts it, as a user who owns nothing, for each connection to the socket that the agent
alone may open (`motcua-shell.socket`). It hands the pty over the connection (SCM_RIGHTS, unix(7))
and carries no byte itself: all it does is to end bash, and what runs in its session, when the
connection ends, and the connection when bash does. Blocking.
"""

import contextlib
import os
import pwd
import select
import signal
import socket
import subprocess
from pathlib import Path

import msgspec

HANG_UP_S = 2.0
_PATH = "/usr/local/bin:/usr/bin:/bin"
_BASH = ("setsid", "--ctty", "--wait", "bash", "-l")


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What comes first over the connection: whose terminal it is, with the pty; or why not."""

    user: str = ""
    trouble: str = ""


def hold(connection: socket.socket) -> None:
    """Hold a terminal until bash or the connection ends."""
    with connection:
        user = pwd.getpwuid(os.getuid())
        if user.pw_uid == 0:
            _say(connection, Begun(trouble="a terminal of root is not given"))
            return
        master, slave = os.openpty()
        try:
            bash = _begun(user, slave)
        except OSError as error:
            _say(connection, Begun(trouble=f"bash: {error}"))
            return
        finally:
            os.close(slave)
        try:
            _say(connection, Begun(user=user.pw_name), master)
            os.close(master)
            _wait(bash, connection)
        finally:
            _end(bash)


def _begun(user: pwd.struct_passwd, slave: int) -> "subprocess.Popen[bytes]":
    home = Path(user.pw_dir)
    return subprocess.Popen(
        _BASH,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=home if home.is_dir() else "/",
        env={
            "TERM": "linux",
            "HOME": user.pw_dir,
            "USER": user.pw_name,
            "LOGNAME": user.pw_name,
            "PATH": _PATH,
            "LANG": "C.UTF-8",
        },
    )


def _say(connection: socket.socket, begun: Begun, *handles: int) -> None:
    with contextlib.suppress(OSError):  # nobody is there any more: `_wait` ends at once
        socket.send_fds(connection, [msgspec.json.encode(begun)], handles)


def _wait(bash: "subprocess.Popen[bytes]", connection: socket.socket) -> None:
    """Wait for the end of either; what comes over the connection says nothing."""
    process = os.pidfd_open(bash.pid)
    try:
        while True:
            ready, _, _ = select.select([process, connection.fileno()], [], [])
            if process in ready or not connection.recv(1):
                return
    except ConnectionError:
        return
    finally:
        os.close(process)


def _end(bash: "subprocess.Popen[bytes]") -> None:
    """End bash and every process of its session, background jobs too."""
    for number in (signal.SIGHUP, signal.SIGKILL):
        _kill_session(bash.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            bash.wait(HANG_UP_S)


def _kill_session(leader: int, number: int) -> None:
    """Signal the session's processes (`/proc/PID/stat`)."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            words = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
            if int(words[3]) == leader:
                os.kill(int(process.name), number)
