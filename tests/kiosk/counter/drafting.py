"""A kiosk that hands drafts over, and an officer who looks at them."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from kiosk.api.drafts import DraftKey, DraftTaken
from kiosk.counter.drafts.bodies import DraftList, WaitingDraft
from kiosk.counter.drafts.config import DraftsConfig
from kiosk.sealed.hpke import SealingKey
from kiosk.sealed.parcel import Sender, packed
from kiosk.sealed.prepared import Prepared
from tests.kiosk.sealed.parcels import PDFS, PREPARED

AGENCY = "H50.34"
KIOSK = "kiosk-1"


@contextmanager
def in_memory() -> Iterator[Path]:
    """Yield a folder that lies in memory."""
    folder = Path("/dev/shm") / f"motcua-drafts-{secrets.token_hex(8)}"  # noqa: S108 - memory, ours
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def drafts_config(folder: Path, **more: Any) -> DraftsConfig:
    return DraftsConfig(**{"agency": AGENCY, "key_folder": str(folder), **more})


def new_request() -> str:
    return secrets.token_hex(16)


async def key_of(client: httpx.AsyncClient) -> DraftKey:
    answer = await client.get("/api/drafts/key")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=DraftKey)


def query(key: DraftKey, **more: str) -> dict[str, str]:
    return {
        "kiosk": KIOSK,
        "key": key.key_id,
        "service": "ho-tich",
        "procedure": "1.001193",
        **more,
    }


def sealed(
    key: DraftKey, request: str, prepared: Prepared = PREPARED, pdfs: tuple[bytes, ...] = PDFS
) -> bytes:
    sealing = SealingKey(bytes.fromhex(key.public_key))
    return packed(prepared, pdfs, sealing, Sender(kiosk=KIOSK, request=request))


async def put(
    client: httpx.AsyncClient, request: str, key: DraftKey | None = None, **more: str
) -> httpx.Response:
    key = key or await key_of(client)
    return await client.put(
        f"/api/drafts/{request}", params=query(key, **more), content=sealed(key, request)
    )


async def handed_over(client: httpx.AsyncClient, request: str = "", **more: str) -> DraftTaken:
    answer = await put(client, request or new_request(), None, **more)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=DraftTaken)


async def listed(console: httpx.AsyncClient) -> DraftList:
    answer = await console.get("/api/officer/drafts")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=DraftList)


async def the_one(console: httpx.AsyncClient) -> WaitingDraft:
    (draft,) = (await listed(console)).waiting
    return draft
