"""A real Janus with a VideoRoom, and Meetecho's own WHEP server from npm in front of it.

Janus takes no loopback address for ICE, so it gets a virtual Ethernet pair that leads nowhere.
"""

import asyncio
import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from devices.runtime.ports import free_port
from tests.counterparts.npm import installed

ADDRESS = "10.99.7.1"
ROOM, FEED = 1234, 7
WHEP_SERVER = "janus-whep-server@1.1.0"
_LINK = "mctest"
_PLUGINS = Path("/usr/lib") / f"{os.uname().machine}-linux-gnu" / "janus"
_WITHIN_S = 20.0

_CORE = """general: {{
  configs_folder = "{folder}"
  plugins_folder = "{plugins}/plugins"
  transports_folder = "{plugins}/transports"
  events_folder = "{plugins}/events"
  loggers_folder = "{plugins}/loggers"
  interface = "127.0.0.1"
  debug_level = 3
}}
nat: {{ ice_enforce_list = "{link}" }}
media: {{ ipv6 = false }}
plugins: {{ disable = "{other_plugins}" }}
transports: {{ disable = "{other_transports}" }}
events: {{ broadcast = false }}
"""
_HTTP = """general: {{ base_path = "/janus", http = true, port = {port}, ip = "127.0.0.1" }}
admin: {{ admin_http = false }}
"""
_SOCKETS = """general: {{ ws = true, ws_port = {port}, ws_ip = "127.0.0.1" }}
admin: {{ admin_ws = false }}
"""
_ROOM = """room-{room}: {{
  publishers = 6
  audiocodec = "opus"
  videocodec = "h264"
  record = false
}}
"""
_WHEP = """
import express from 'express';
import {{ JanusWhepServer }} from 'janus-whep-server';
const app = express();
const server = new JanusWhepServer({{
  janus: {{ address: 'ws://127.0.0.1:{sockets}' }},
  rest: {{ app, basePath: '/whep' }},
  debug: 'warn',
}});
await server.start();
server.createEndpoint({{
  id: 'feed', plugin: 'videoroom', room: {room}, feed: {feed}, token: 'verysecret',
}});
app.listen({port}, '127.0.0.1', () => console.log('ready'));
"""


class Janus:
    """Publishes into the VideoRoom over Janus's HTTP interface."""

    def __init__(self, http: httpx.AsyncClient, http_port: int, sockets_port: int) -> None:
        self.sockets_port = sockets_port
        self._http = http
        self._url = f"http://127.0.0.1:{http_port}/janus"

    async def begin(self) -> None:
        """Create the session as soon as Janus answers."""
        async with asyncio.timeout(_WITHIN_S):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    session = await self._post(self._url, {"janus": "create"})
                    self._url += f"/{session['data']['id']}"
                    return
                await asyncio.sleep(0.1)

    async def publish(self, offer: str) -> str:
        """Publish as FEED; returns Janus's answer."""
        plugin = {"janus": "attach", "plugin": "janus.plugin.videoroom"}
        handle = (await self._post(self._url, plugin))["data"]["id"]
        body = {"request": "joinandconfigure", "room": ROOM, "ptype": "publisher", "id": FEED}
        jsep = {"type": "offer", "sdp": offer, "trickle": False}
        message = {"janus": "message", "body": body, "jsep": jsep}
        await self._post(f"{self._url}/{handle}", message)
        async with asyncio.timeout(_WITHIN_S):
            while True:
                events = (await self._http.get(self._url, params={"maxev": 10})).json()
                for event in events:
                    if "jsep" in event:
                        return str(event["jsep"]["sdp"])

    async def _post(self, url: str, message: dict[str, Any]) -> dict[str, Any]:
        sent = message | {"transaction": secrets.token_hex(8)}
        return dict((await self._http.post(url, json=sent)).json())


@contextlib.contextmanager
def own_interface() -> Iterator[None]:
    """Make the virtual Ethernet pair with ADDRESS while the context lasts."""
    ip = shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin")
    if not ip or os.geteuid() != 0:
        pytest.fail("Janus needs an interface of its own: run as root, apt-get install iproute2")
    subprocess.run((ip, "link", "add", _LINK, "type", "veth", "peer", f"{_LINK}p"), check=True)
    try:
        subprocess.run((ip, "addr", "add", f"{ADDRESS}/30", "dev", _LINK), check=True)
        for end in (_LINK, f"{_LINK}p"):
            subprocess.run((ip, "link", "set", end, "up"), check=True)
        yield
    finally:
        subprocess.run((ip, "link", "del", _LINK), check=False)


@contextlib.asynccontextmanager
async def janus(folder: Path) -> AsyncIterator[Janus]:
    """Run Janus while the context lasts; needs `own_interface`."""
    program = shutil.which("janus")
    if not program:
        pytest.fail("janus is missing: apt-get install janus")
    http_port, sockets_port = free_port(), free_port()
    transports = ("libjanus_http.so", "libjanus_websockets.so")
    core = _CORE.format(
        folder=folder,
        plugins=_PLUGINS,
        link=_LINK,
        other_plugins=_all_but("plugins", "libjanus_videoroom.so"),
        other_transports=_all_but("transports", *transports),
    )
    for name, text in (
        ("janus", core),
        ("janus.transport.http", _HTTP.format(port=http_port)),
        ("janus.transport.websockets", _SOCKETS.format(port=sockets_port)),
        ("janus.plugin.videoroom", _ROOM.format(room=ROOM)),
    ):
        (folder / f"{name}.jcfg").write_text(text, encoding="utf-8")
    async with (
        _running(program, "-F", str(folder), log=folder / "janus.log"),
        httpx.AsyncClient(timeout=60, trust_env=False) as http,
    ):
        client = Janus(http, http_port, sockets_port)
        await client.begin()
        yield client


@contextlib.asynccontextmanager
async def whep_server(running: Janus, folder: Path) -> AsyncIterator[str]:
    """Run Meetecho's WHEP server for FEED; yields the endpoint (token `verysecret`)."""
    packages = await asyncio.to_thread(installed, WHEP_SERVER)
    port = free_port()
    script = _WHEP.format(sockets=running.sockets_port, room=ROOM, feed=FEED, port=port)
    log = folder / "whep.log"
    command = ("node", "--input-type=module", "-e", script)
    async with _running(*command, log=log, cwd=packages) as process, asyncio.timeout(None) as end:
        end.reschedule(asyncio.get_running_loop().time() + _WITHIN_S)
        while "ready" not in await asyncio.to_thread(log.read_text):
            assert process.returncode is None, await asyncio.to_thread(log.read_text)
            await asyncio.sleep(0.1)
        end.reschedule(None)
        yield f"http://127.0.0.1:{port}/whep/endpoint/feed"


@contextlib.asynccontextmanager
async def _running(
    *command: str, log: Path, cwd: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(*command, stdout=out, stderr=out, cwd=cwd)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(5):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


def _all_but(kind: str, *wanted: str) -> str:
    return ",".join(one.name for one in (_PLUGINS / kind).glob("*.so") if one.name not in wanted)
