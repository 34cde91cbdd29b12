"""The audit log on its way to a collector: in order, none left out, some twice after a break.

TLS syslog has no acknowledgement. How far it is told is written down only when the collector's
system has confirmed every byte (nothing waits in the socket any more).
"""

import array
import asyncio
import fcntl
import socket
import ssl
import termios
from collections.abc import Coroutine, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from devices.contract.errors import LineDownError
from devices.runtime.backoff import Backoff
from devices.runtime.part import software_version
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.chain import AuditRecord
from provisioning.controller.accounts.tables import RECORD
from provisioning.controller.database import Database
from provisioning.controller.soc.cef import cef, severity
from provisioning.controller.soc.config import SocConfig
from provisioning.controller.soc.syslog import frame, message
from provisioning.controller.soc.tables import CURSOR

_AT_ONCE = 500
_LOOK_S = 5.0
_WITHIN_S = 20.0
_CONFIRM_S = 0.05
_ESTABLISHED = 1
_AGAIN = Backoff(least_s=1.0, most_s=60.0)
_log = structlog.get_logger()


class Exporter:
    """Tells the collector what the audit log holds. `news` may be called from any thread."""

    def __init__(self, config: SocConfig, database: Database, worker: Worker, *, host: str) -> None:
        self._config = config
        self._database = database
        self._worker = worker
        self._host = host
        self._collector = f"{config.host}:{config.port}"[:128]
        self._version = software_version()
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    def news(self, _: AuditRecord) -> None:
        """Take that there is a record."""
        self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Tell, for ever; raises LineDownError when the collector is lost, to begin again."""
        reader, writer = await self._connected()
        try:
            _log.info("soc.connected", collector=self._collector)
            gone = asyncio.ensure_future(reader.read(1))  # a collector says nothing, and then ends
            try:
                while not gone.done():
                    await self._tell_all(writer)
                    woken = asyncio.ensure_future(self._woken.wait())
                    await asyncio.wait(
                        (woken, gone), timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED
                    )
                    woken.cancel()
            finally:
                gone.cancel()
            raise LineDownError(f"The collector {self._collector} ended the connection.")
        except OSError as error:
            raise LineDownError(f"The collector {self._collector}: {error}") from error
        finally:
            writer.transport.abort()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        config = self._config
        try:
            context = ssl.create_default_context(cafile=config.ca_file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if config.certificate_file:
                context.load_cert_chain(config.certificate_file, config.key_file)
            async with asyncio.timeout(_WITHIN_S):
                return await asyncio.open_connection(
                    config.host,
                    config.port,
                    ssl=context,
                    server_hostname=config.server_name or config.host,
                )
        except (OSError, TimeoutError) as error:
            raise LineDownError(f"The collector {self._collector}: {error}") from error

    async def _tell_all(self, writer: asyncio.StreamWriter) -> None:
        self._woken.clear()
        while records := await self._worker.do(self._untold):
            writer.write(b"".join(frame(self._message(one)) for one in records))
            try:
                async with asyncio.timeout(_WITHIN_S):
                    await writer.drain()
                    await _confirmed(writer)
            except TimeoutError as error:
                raise LineDownError(f"The collector {self._collector} takes nothing.") from error
            await self._worker.do(self._told, records[-1].id)

    def _message(self, record: AuditRecord) -> bytes:
        return message(
            cef(record, self._version),
            at=datetime.fromisoformat(record.at),
            host=self._host,
            application="motcua-controller",
            process="",
            kind=record.action,
            cef_severity=severity(record.action),
        )

    def _untold(self) -> Sequence[AuditRecord]:
        with self._database.reading() as db:
            mine = select(CURSOR.c.told).where(CURSOR.c.collector == self._collector)
            told = db.execute(mine).scalar() or 0
            rows = select(RECORD).where(RECORD.c.id > told).order_by(RECORD.c.id).limit(_AT_ONCE)
            return [AuditRecord(**row) for row in db.execute(rows).mappings()]

    def _told(self, number: int) -> None:
        with self._database.writing() as db:
            self._database.upsert(db, CURSOR, [{"collector": self._collector, "told": number}])


def soc_works(
    config: SocConfig | None, database: Database, audit: Audit, *, worker: Worker, host: str
) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return what is to be run where security events are told to a collector; must be in a loop."""
    if config is None:
        return ()
    exporter = Exporter(config, database, worker, host=host)
    audit.listen(exporter.news)
    return (keep("soc", exporter.run, backoff=_AGAIN),)


async def _confirmed(writer: asyncio.StreamWriter) -> None:
    """Wait until the other system has confirmed all that was written (SIOCOUTQ, tcp(7)).

    A connection that is no longer whole confirms nothing: what waited in it is thrown away, and
    the socket then looks as empty as one that has sent all.
    """
    line = writer.get_extra_info("socket")
    while not writer.transport.is_closing():
        is_empty = not (writer.transport.get_write_buffer_size() or _waiting(line))
        if not _is_whole(line):
            break
        if is_empty:
            return
        await asyncio.sleep(_CONFIRM_S)
    raise ConnectionResetError("the connection ended")


def _waiting(line: socket.socket) -> int:
    left = array.array("i", [0])
    fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, left)
    return left[0]


def _is_whole(line: socket.socket) -> bool:
    """Whether both sides are still there (TCP_ESTABLISHED)."""
    return line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _ESTABLISHED
