"""The peer of the ingest: Node-RED, events by its MQTT node into SQLite by a prepared insert."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("node-red@4.1.15", "node-red-node-sqlite@1.1.1")
_INSTALL_S = 600
_TOPIC, _ROW = "motcua", "event"


def installed() -> Path:
    """Return the folder, outside the repository, that Node-RED is installed in by now."""
    folder = Path(tempfile.gettempdir()) / "motcua-bench-node-red"
    if not (folder / "done").exists():
        folder.mkdir(exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run([*command, *PACKAGES], check=True, timeout=_INSTALL_S, cwd=folder)
        rebuild = ["npm", "rebuild", "sqlite3", "--foreground-scripts", "--prefix", str(folder)]
        subprocess.run(rebuild, check=True, timeout=_INSTALL_S, cwd=folder)
        (folder / "done").touch()
    return folder


@contextlib.contextmanager
def node_red(port: int, topic: str, directory: Path, database: Path) -> Iterator[int]:
    """Run Node-RED with one flow: topic, JSON, a prepared insert a message; yields its pid."""
    folder = installed()
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.executescript(
            "PRAGMA journal_mode=WAL;"
            "CREATE TABLE event (id INTEGER PRIMARY KEY, topic TEXT, seq INT, kind TEXT, body TEXT)"
        )
    user = directory / "node-red"
    user.mkdir()
    (user / "node_modules").symlink_to(folder / "node_modules")
    shutil.copy(folder / "package.json", user)  # by it Node-RED finds the SQLite node
    (user / "flows.json").write_text(json.dumps(_flow(port, topic, database)), encoding="utf-8")
    (user / "settings.js").write_text(
        "module.exports = {httpAdminRoot: false, httpNodeRoot: false, uiPort: 0,"
        " uiHost: '127.0.0.1', flowFile: 'flows.json', credentialSecret: false,"
        " logging: {console: {level: 'warn'}}}",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        ["node", str(folder / "node_modules/node-red/red.js"), "--userDir", str(user)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"NO_UPDATE_NOTIFIER": "1"},
    )
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait(15)


def _flow(port: int, topic: str, database: Path) -> list[dict[str, object]]:
    function = (
        "const e = msg.payload; msg.params = {$topic: msg.topic, $seq: e.seq,"
        " $kind: e.event.type, $body: JSON.stringify(e.event)}; return msg;"
    )
    insert = "INSERT INTO event (topic, seq, kind, body) VALUES ($topic, $seq, $kind, $body)"
    return [
        {"id": "tab", "type": "tab", "label": "events"},
        {"id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": str(port),
         "clientid": "node-red", "autoConnect": True, "usetls": False, "protocolVersion": "5",
         "keepalive": "60", "cleansession": True},
        {"id": "db", "type": "sqlitedb", "db": str(database), "mode": "RW"},
        {"id": "in", "type": "mqtt in", "z": "tab", "topic": topic, "qos": "1",
         "datatype": "json", "broker": "broker", "nl": False, "rap": False, "rh": 0,
         "inputs": 0, "wires": [["row"]]},
        {"id": "row", "type": "function", "z": "tab", "func": function, "outputs": 1,
         "wires": [["insert"]]},
        {"id": "insert", "type": "sqlite", "z": "tab", "mydb": "db", "sqlquery": "prepared",
         "sql": insert, "wires": [[]]},
    ]  # fmt: skip
