"""A system that says exactly what it is told to, byte by byte."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from devices.runtime.backoff import Backoff
from kiosk.backoffice.config import LinkConfig

AT_ONCE = Backoff(least_s=0.001, most_s=0.002)
JSON = "application/json"


def answer(
    body: bytes = b"{}", status: str = "200 OK", media_type: str = JSON, **headers: str
) -> bytes:
    """Return a whole answer."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {len(body)}\r\n"
        f"connection: close\r\n{more}\r\n"
    )
    return head.encode() + body


class Scripted:
    """Gives its answers in turn, the last one for ever; `None` is silence, `b""` a cut line."""

    def __init__(self, answers: tuple[bytes | None, ...], *, drips: bool = False) -> None:
        self.asked: list[bytes] = []
        self.url = ""
        self._answers = list(answers)
        self._drips = drips
        self._ended = asyncio.Event()
        self._serving: set[asyncio.Task[None] | None] = set()

    def link(
        self, *, answer_within_s: float = 2.0, within_s: float = 5.0, rests_after: int = 1000
    ) -> LinkConfig:
        """Return the way to it."""
        return LinkConfig(
            url=self.url,
            answer_within_s=answer_within_s,
            within_s=within_s,
            rests_after=rests_after,
            most_bytes=4096,
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request, and answer it."""
        self._serving.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().splitlines()
                    if line.startswith(b"content-length:")
                ),
                0,
            )
            self.asked.append(head + await reader.readexactly(length))
            said = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            if said is None:
                await self._ended.wait()
            else:
                writer.write(said)
            while self._drips and not self._ended.is_set() and not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def end(self) -> None:
        """Let go of everybody."""
        self._ended.set()
        await asyncio.gather(*(task for task in self._serving if task))


@asynccontextmanager
async def scripted(*answers: bytes | None, drips: bool = False) -> AsyncIterator[Scripted]:
    """Serve the script on a free port."""
    script = Scripted(answers, drips=drips)
    async with await asyncio.start_server(script.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        script.url = f"http://127.0.0.1:{port}/v1"
        try:
            yield script
        finally:
            await script.end()
