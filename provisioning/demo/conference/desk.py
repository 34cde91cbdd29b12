"""The operator's desk in the demo: over HTTP, as the pages do it."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec

from devices.contract.errors import MotcuaError
from devices.contract.message import tag_of
from provisioning.demo import sample as office
from provisioning.demo.conference import sample
from vc.acts import Act, Role
from vc.server.api import GuestLink, NewLink, RecordingRow, SignIn
from vc.state import ConferenceState

_LINK_VALID_S = 24 * 3600


class DeskRefusedError(MotcuaError):
    """The conference server refused; the sentence is its own."""

    code = "demo.desk_refused"


class Desk:
    """A signed-in operator or chair. Everything raises DeskRefusedError."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def signs_in(self, who: SignIn) -> None:
        """Sit down at the desk."""
        await self._send("POST", "/api/sign-in", json=msgspec.to_builtins(who))

    async def opens(self) -> None:
        """Open the sample conference: its rooms are called."""
        await self._send("POST", f"/api/conferences/{sample.CONFERENCE}/open")

    async def acts(self, act: Act) -> None:
        """Do something in the conference."""
        word = {"type": tag_of(type(act))}  # type: ignore[arg-type]  # tagged as messages are
        await self._send("POST", "/api/acts", json=word | msgspec.to_builtins(act))

    async def state(self) -> ConferenceState:
        """Return the conference as it is."""
        answer = await self._send("GET", "/api/state")
        return msgspec.json.decode(answer.content, type=ConferenceState)

    async def link(self, name: str, member: str = "") -> GuestLink:
        """Make a link for a guest, or for an official of a site."""
        wanted = NewLink(name=name, member=member, valid_for_s=_LINK_VALID_S)
        answer = await self._send("POST", "/api/links", json=msgspec.to_builtins(wanted))
        return msgspec.json.decode(answer.content, type=GuestLink)

    async def recordings(self) -> list[RecordingRow]:
        """Return what was recorded."""
        answer = await self._send("GET", "/api/recordings")
        return msgspec.json.decode(answer.content, type=list[RecordingRow])

    async def download(self, path: str, to: Path) -> None:
        """Keep a file of the server's: a recording, minutes."""
        content = (await self._send("GET", path)).content
        await asyncio.to_thread(to.write_bytes, content)

    async def add_paper(self) -> None:
        """Put the sample paper on the table, once."""
        if (await self.state()).plan.papers:
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "paper.pdf"
            await asyncio.to_thread(sample.write_paper, path)
            form = {"title": sample.PAPER_TITLE, "conference": sample.CONFERENCE}
            files = {"file": ("paper.pdf", path.read_bytes(), "application/pdf")}
            await self._send("POST", "/api/papers", data=form, files=files)

    async def _send(self, method: str, path: str, **body: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **body)
        except httpx.HTTPError as error:
            raise DeskRefusedError(f"{path}: {error!r}") from error
        if answer.is_error:
            raise DeskRefusedError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return answer


@contextlib.asynccontextmanager
async def sitting(url: str, role: Role) -> AsyncIterator[Desk]:
    """Sign in with the demo's PIN; yields the desk. Raises DeskRefusedError."""
    headers = {"Origin": url}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=15) as client:
        desk = Desk(client)
        who = SignIn(role=role, pin=office.PIN, name=f"{role} (mẫu)")
        await desk.signs_in(who)
        yield desk
