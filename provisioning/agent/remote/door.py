"""The way through the province's gate: HTTPS with the box's certificate, and files put there."""

import asyncio
import hashlib
import re
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import msgspec

from devices.contract.errors import BadPayloadError, MotcuaError, StorageError
from devices.contract.message import Refused, decode
from devices.runtime.backoff import Backoff
from provisioning.agent.identity import Identity, IdentityStore
from provisioning.agent.remote.patience import Patience
from provisioning.commands import FileSent

_RANGE = re.compile(r"^bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15})\Z")
_CHUNK_BYTES = 256 * 1024
_ANSWER_WITHIN_S = 30.0
_SEND_WITHIN_S = 1800.0
_STALLED_S = 1800.0
_FETCH_WITHIN_S = 6 * 3600.0
_REFUSED = 400
_CONFLICT = 409
_UNPROCESSABLE = 422
_BROKEN = 500


class NoGateError(MotcuaError):
    """The box has no gate, or no certificate to show there."""

    code = "gate.none"


class GateDownError(MotcuaError):
    """The gate does not answer."""

    code = "gate.down"
    retry = True


class GateRefusedError(MotcuaError):
    """The gate refused."""

    code = "gate.refused"

    def __init__(self, answer: Refused) -> None:
        super().__init__(f"{answer.text} ({answer.code})")
        self.answer = answer


class Received(msgspec.Struct, frozen=True):
    """How much of a file the gate holds."""

    received: int
    finished: bool = False


class Door:
    """The gate as this box reaches it."""

    def __init__(self, url: str, identity: IdentityStore) -> None:
        self._url = url
        self._identity = identity

    def where(self) -> tuple[str, Identity]:
        """Return where the gate is, and who the box is there; raises NoGateError. Blocking."""
        held = self._identity.held()
        url = (held.place.gate if held else "") or self._url
        if held is None or not url:
            raise NoGateError
        return url, held

    def context(self) -> ssl.SSLContext:
        """Return what the box speaks TLS with: its certificate, and the province's CA alone.

        Raises NoGateError, also while its files are being swapped. Blocking.
        """
        _, held = self.where()
        try:
            context = ssl.create_default_context(cafile=str(held.ca_file))
            context.load_cert_chain(held.certificate_file, held.key_file)
        except OSError as error:  # ssl.SSLError is one
            raise NoGateError(f"The box's own certificate: {error}") from error
        return context

    @asynccontextmanager
    async def through(
        self, *, read_within_s: float = _ANSWER_WITHIN_S
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Yield a client that shows the box's certificate; raises NoGateError."""
        url, _ = await asyncio.to_thread(self.where)
        context = await asyncio.to_thread(self.context)
        timeout = httpx.Timeout(_ANSWER_WITHIN_S, read=read_within_s)
        async with httpx.AsyncClient(
            base_url=url, verify=context, timeout=timeout, trust_env=False
        ) as client:
            yield client

    async def fetch(
        self, path: str, into: Path, *, most_bytes: int, stalled_s: float = _STALLED_S
    ) -> None:
        """Fetch a file of the gate, taking up where the line broke, however slow it is.

        Raises NoGateError, GateRefusedError, StorageError, or GateDownError when nothing came for
        `stalled_s`, or not all in six hours.
        """
        waits, tries = Backoff(), 0
        await asyncio.to_thread(_empty, into)
        patience = Patience(stalled_s, _FETCH_WITHIN_S)
        try:
            async with self.through() as client, patience:
                while True:
                    had = await asyncio.to_thread(_size, into)
                    try:
                        await _fetch(client, path, into, most_bytes, patience.moved)
                    except (httpx.HTTPError, GateDownError):
                        tries = 1 if await asyncio.to_thread(_size, into) > had else tries + 1
                        await asyncio.sleep(waits.wait_s(tries))
                    else:
                        return
        except TimeoutError:
            raise GateDownError("The file could not be fetched from the gate.") from None

    async def send(self, name: str, file: Path) -> FileSent:
        """Put a file to the gate under this name, taking up where the line broke.

        Raises NoGateError, GateRefusedError, GateDownError after half an hour of tries.
        """
        digest, size = await asyncio.to_thread(_digest, file)
        waits, tries = Backoff(), 0
        try:
            async with self.through() as client, asyncio.timeout(_SEND_WITHIN_S):
                while True:
                    try:
                        await _put(client, f"/box/uploads/{name}", file, digest, size)
                    except (httpx.HTTPError, GateDownError):
                        tries += 1
                        await asyncio.sleep(waits.wait_s(tries))
                    else:
                        return FileSent(size_bytes=size, sha256=digest.hex())
        except TimeoutError:
            raise GateDownError("The file could not be put to the gate.") from None


async def _put(client: httpx.AsyncClient, path: str, file: Path, digest: bytes, size: int) -> None:
    """Put what is missing; raises GateRefusedError, GateDownError, httpx.HTTPError."""
    state = await _state(client, path)
    while not state.finished:
        begin = state.received
        chunk = await asyncio.to_thread(_read, file, begin)
        answer = await client.put(
            path,
            content=chunk,
            headers={
                "content-type": "application/octet-stream",
                "content-range": f"bytes {begin}-{begin + len(chunk) - 1}/{size}",
                "repr-digest": f"sha-256=:{b64encode(digest).decode()}:",  # RFC 9530 §3
            },
        )
        if answer.status_code == _UNPROCESSABLE:  # it did not arrive as it was sent
            raise GateDownError
        again = answer.status_code == _CONFLICT
        state = await _state(client, path) if again else _read_state(answer)


async def _fetch(
    client: httpx.AsyncClient, path: str, into: Path, most_bytes: int, moved: Callable[[], None]
) -> None:
    """Fetch what is missing; raises as `Door.fetch`, httpx.HTTPError."""
    while True:
        begin = had = await asyncio.to_thread(_size, into)
        asked = f"bytes={begin}-{begin + _CHUNK_BYTES - 1}"  # RFC 9110 §14.2
        headers = {"range": asked, "accept-encoding": "identity"}
        async with client.stream("GET", path, headers=headers) as answer:
            if answer.status_code >= _BROKEN:
                raise GateDownError(f"The gate answers {answer.status_code}.")
            if answer.status_code >= _REFUSED:
                await answer.aread()
                raise _refusal(answer)
            size = _whole_size(answer, begin)
            if size > most_bytes:
                raise GateRefusedError(Refused(code="payload.too_large", text=f"{size} bytes"))
            async for piece in answer.aiter_bytes():  # kept as it comes: a line may break any time
                had += len(piece)
                if had > size:
                    raise GateDownError("The gate sends more than there is.")
                await asyncio.to_thread(_append, into, piece)
                moved()
        if had >= size:
            return
        if had == begin:
            raise GateDownError("The gate sends nothing.")


def _whole_size(answer: httpx.Response, begin: int) -> int:
    """Return how large the whole file is; raises GateDownError when this is no piece of it."""
    piece = _RANGE.match(answer.headers.get("content-range", ""))
    if piece and int(piece[1]) == begin:
        return int(piece[2])
    length = answer.headers.get("content-length", "")
    if piece or begin or not length.isdecimal():
        raise GateDownError("The gate sends another piece.")
    return int(length)


def _refusal(answer: httpx.Response) -> MotcuaError:
    try:
        return GateRefusedError(decode(answer.content, Refused))
    except BadPayloadError:
        return GateDownError(f"The gate answers {answer.status_code}, and no words.")


async def _state(client: httpx.AsyncClient, path: str) -> Received:
    return _read_state(await client.get(path))


def _read_state(answer: httpx.Response) -> Received:
    if answer.status_code >= _BROKEN:
        raise GateDownError(f"The gate answers {answer.status_code}.")
    try:
        if answer.status_code >= _REFUSED:
            raise GateRefusedError(decode(answer.content, Refused))
        return msgspec.json.decode(answer.content, type=Received)
    except (BadPayloadError, msgspec.DecodeError) as error:
        raise GateDownError(f"The gate answers {answer.status_code}, and no words.") from error


def _empty(file: Path) -> None:
    with _on_disk(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")


def _append(file: Path, content: bytes) -> None:
    with _on_disk(file), file.open("ab") as opened:
        opened.write(content)


def _size(file: Path) -> int:
    with _on_disk(file):
        return file.stat().st_size


@contextmanager
def _on_disk(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{file}: {error.strerror}") from error


def _digest(file: Path) -> tuple[bytes, int]:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").digest(), file.stat().st_size


def _read(file: Path, begin: int) -> bytes:
    with file.open("rb") as source:
        source.seek(begin)
        return source.read(_CHUNK_BYTES)
