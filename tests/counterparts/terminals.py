"""Terminals as a box gives them: systemd's own socket activation, and `motcua terminal`."""

import asyncio
import contextlib
import os
import pwd
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.counterparts.users import become, motcua_as, open_folder
from tests.waiting import until


@asynccontextmanager
async def terminals(socket: Path) -> AsyncIterator[None]:
    """Give terminals at this socket: ours, or nobody's where we are root."""
    activate = shutil.which("systemd-socket-activate") or pytest.fail("apt-get install systemd")
    nobody = pwd.getpwnam("nobody")
    user = become(nobody.pw_uid, nobody.pw_gid) if os.getuid() == 0 else ()
    with open_folder() as folder:
        motcua = motcua_as(user, folder / "seen")
        log = folder / "log"
        with log.open("wb") as said:
            process = await asyncio.create_subprocess_exec(
                *(activate, "--accept", "--inetd", f"--listen={socket}", "--", *motcua, "terminal"),
                stdin=asyncio.subprocess.DEVNULL,
                stderr=said,
            )
        try:
            await until(lambda: "Listening on" in log.read_text(), "somebody gives terminals")
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
