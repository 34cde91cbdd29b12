"""Janus on an interface of its own (it refuses loopback), and a client of its HTTP interface."""

import asyncio
import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from devices.runtime.ports import free_port

ADDRESS = "10.99.0.1"
"""Janus's and the load's address: of a virtual Ethernet pair that leads nowhere."""
ROOM = 1234
_LINK = "mcbench"
_PLUGINS = Path("/usr/lib") / f"{os.uname().machine}-linux-gnu" / "janus"
_WITHIN_S = 15.0
_CORE = """general: {{
  configs_folder = "{folder}"
  plugins_folder = "{plugins}/plugins"
  transports_folder = "{plugins}/transports"
  events_folder = "{plugins}/events"
  loggers_folder = "{plugins}/loggers"
  admin_secret = "none"
  interface = "127.0.0.1"
  debug_level = 3
}}
nat: {{
  ice_enforce_list = "{link}"
}}
media: {{
  ipv6 = false
}}
plugins: {{
  disable = "{others}"
}}
transports: {{
  disable = "{transports}"
}}
events: {{
  broadcast = false
}}
"""
_HTTP = """general: {{
  json = "compact"
  base_path = "/janus"
  http = true
  port = {port}
  ip = "127.0.0.1"
}}
admin: {{
  admin_http = false
}}
"""
_VIDEOROOM = """room-{room}: {{
  description = "bench"
  publishers = 50
  bitrate = 8000000
  audiocodec = "opus"
  videocodec = "h264"
  record = false
}}
"""


@contextlib.contextmanager
def own_interface() -> Iterator[None]:
    """Make a virtual Ethernet pair with ADDRESS while the context lasts; needs root."""
    ip = shutil.which("ip") or "/sbin/ip"
    subprocess.run((ip, "link", "add", _LINK, "type", "veth", "peer", f"{_LINK}p"), check=True)
    try:
        subprocess.run((ip, "addr", "add", f"{ADDRESS}/30", "dev", _LINK), check=True)
        for end in (_LINK, f"{_LINK}p"):
            subprocess.run((ip, "link", "set", end, "up"), check=True)
        yield
    finally:
        subprocess.run((ip, "link", "del", _LINK), check=False)


@contextlib.asynccontextmanager
async def janus() -> AsyncIterator[tuple[psutil.Process, "Janus"]]:
    """Run Janus with one VideoRoom; yields its process and a client."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        core = _CORE.format(
            folder=folder,
            plugins=_PLUGINS,
            link=_LINK,
            others=_all_but("plugins", "libjanus_videoroom.so"),
            transports=_all_but("transports", "libjanus_http.so"),
        )
        (folder / "janus.jcfg").write_text(core, encoding="utf-8")
        (folder / "janus.transport.http.jcfg").write_text(_HTTP.format(port=port), encoding="utf-8")
        (folder / "janus.plugin.videoroom.jcfg").write_text(
            _VIDEOROOM.format(room=ROOM), encoding="utf-8"
        )
        with (folder / "log").open("wb") as log:
            child = await asyncio.create_subprocess_exec(
                "janus", "-F", str(folder), stdout=log, stderr=log
            )
            try:
                async with httpx.AsyncClient(timeout=20) as http:
                    client = Janus(http, f"http://127.0.0.1:{port}/janus")
                    await client.begin()
                    polling = asyncio.create_task(client.poll())
                    yield psutil.Process(child.pid), client
                    polling.cancel()
            finally:
                child.terminate()
                await child.wait()


def _all_but(kind: str, wanted: str) -> str:
    return ",".join(one.name for one in (_PLUGINS / kind).glob("*.so") if one.name != wanted)


class Janus:
    """One session; each `attach` is a handle of the VideoRoom plugin."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def begin(self) -> None:
        """Create the session as soon as Janus answers."""
        async with asyncio.timeout(_WITHIN_S):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    answer = await self._post(self._url, {"janus": "create"})
                    self._url = f"{self._url}/{answer['data']['id']}"
                    return
                await asyncio.sleep(0.1)

    async def poll(self) -> None:
        """Hand events to those who wait; never returns."""
        while True:
            answer = await self._http.get(self._url, params={"maxev": 10}, timeout=60)
            for event in answer.json():
                waiting = self._waiting.pop(event.get("transaction", ""), None)
                if waiting is not None and event["janus"] == "event":
                    waiting.set_result(event)

    async def attach(self) -> str:
        """Return a new handle's address."""
        answer = await self._post(
            self._url, {"janus": "attach", "plugin": "janus.plugin.videoroom"}
        )
        return f"{self._url}/{answer['data']['id']}"

    async def say(self, handle: str, body: dict[str, Any], jsep: Any = None) -> dict[str, Any]:
        """Send a message and return the event that answers it."""
        message = {"janus": "message", "body": body} | ({"jsep": jsep} if jsep else {})
        transaction = secrets.token_hex(8)
        waiting = self._waiting[transaction] = asyncio.get_running_loop().create_future()
        await self._post(handle, message, transaction)
        async with asyncio.timeout(_WITHIN_S):
            event: dict[str, Any] = await waiting
            return event

    async def _post(
        self, url: str, message: dict[str, Any], transaction: str = ""
    ) -> dict[str, Any]:
        sent = message | {"transaction": transaction or secrets.token_hex(8)}
        answer = await self._http.post(url, json=sent)
        return dict(answer.json())
