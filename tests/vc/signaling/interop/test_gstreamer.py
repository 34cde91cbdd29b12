"""GStreamer's webrtcbin plays the conference: its DTLS, its ICE, its decoders."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.vc.signaling.interop.focus import GUEST, focus
from tests.waiting import until
from vc.engine.port import Direction

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

PYTHON = "/usr/bin/python3"
"""Debian's: its gi finds Debian's GStreamer."""
SCRIPT = Path(__file__).parents[3] / "counterparts" / "gst_whep.py"
_NO_GSTREAMER = 77


async def played(url: str, token: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(PYTHON, str(SCRIPT), url, token, "20", "30"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == _NO_GSTREAMER:
        pytest.fail(
            "GStreamer is missing: apt-get install python3-gst-1.0 gir1.2-gst-plugins-bad-1.0"
            " gstreamer1.0-nice gstreamer1.0-plugins-bad gstreamer1.0-libav"
        )
    assert out, err.decode()[-2000:]
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found | {"errors": err.decode()}


async def test_webrtcbin_plays_picture_and_sound(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with focus(tmp_path_factory.getbasetemp() / "clips") as stands:
        seen = await played(stands.whep, stands.token(Direction.PLAY))
        assert seen["state"] == "connected", seen
        assert min(seen["decoded"].values()) >= 20, seen
        await until(lambda: GUEST not in stands.connected, "the player is gone", within_s=10)
        refused = await played(stands.whep, "not a token of ours")
        assert refused["decoded"] == {"video": 0, "audio": 0}
        assert "401" in refused["errors"]
