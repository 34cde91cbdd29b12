"""The real conference server, for a browser that is driven by blocking calls."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.vc.server.hall import hall_config, running


class Server:
    """Where the real server is; what `Person` needs to know of it."""

    def __init__(self, url: str) -> None:
        self.url = url


@contextlib.contextmanager
def served(state_dir: Path, **changes: Any) -> Iterator[Server]:
    """Run the server in a thread of its own; `changes` are of its configuration."""
    config = hall_config(state_dir, **changes)
    started, done = threading.Event(), threading.Event()

    async def life() -> None:
        async with running(config):
            started.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(life(),))
    thread.start()
    try:
        assert started.wait(30), "the conference server did not start"
        yield Server(config.public_url)
    finally:
        done.set()
        thread.join()
