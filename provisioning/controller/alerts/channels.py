"""The ways out: mail and webhooks. A channel tells many alerts at once, or says why not."""

import asyncio
import hashlib
import hmac
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol

import httpx
import msgspec

from devices.contract.clock import Clock
from devices.contract.errors import BusyError, DeadlinePassedError, MotcuaError
from devices.runtime.worker import Worker
from provisioning.controller.alerts.config import Listener, MailConfig, MailListener, WebhookConfig

_WITHIN_S = 20.0
_NAMED = 100
_LONGEST_SUBJECT = 200


class NotToldError(MotcuaError):
    """The mail server or the webhook did not take it."""

    code = "alerts.not_told"
    retry = True


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One alert as it is told: facts for machines, and a sentence in Vietnamese for people."""

    id: int
    what: str
    kind: str
    place: str
    subject: str
    severity: str
    since: str
    code: str
    sentence: str
    boxes: tuple[str, ...] = ()


class Channel(Protocol):
    """A way out, and whom it is for."""

    @property
    def listener(self) -> Listener:
        """Of which alerts it tells."""
        ...

    @property
    def at_once(self) -> int:
        """How many it takes at once."""
        ...

    async def tell(self, lines: Sequence[Line]) -> None:
        """Tell these; raises NotToldError."""
        ...


class MailChannel:
    """Mail to one person, the alerts of a moment in one message; it names the first 100."""

    at_once = 20_000

    def __init__(
        self, config: MailConfig, to: MailListener, worker: Worker, clock: Clock, dashboard: str
    ) -> None:
        self._config = config
        self._to = to
        self._worker = worker
        self._clock = clock
        self._dashboard = dashboard

    @property
    def listener(self) -> Listener:
        """Of which alerts it tells."""
        return self._to

    async def tell(self, lines: Sequence[Line]) -> None:
        """Send a message; raises NotToldError."""
        try:
            await self._worker.within(_WITHIN_S * 2, self._send, self._message(lines))
        except (BusyError, DeadlinePassedError) as error:
            raise NotToldError(f"mail to {self._to.address}: {error}") from error

    def _message(self, lines: Sequence[Line]) -> EmailMessage:
        message = EmailMessage()
        more = f" (+{len(lines) - 1})" if len(lines) > 1 else ""
        subject = f"[Một cửa] {lines[0].sentence[:_LONGEST_SUBJECT]}{more}"
        message["Subject"] = " ".join(subject.split())  # a new line would be another header
        message["From"] = self._config.sender
        message["To"] = self._to.address
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = make_msgid(domain=self._config.sender.partition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it by machine
        named = (f"- {line.sentence}\n  {line.place} · {line.since}" for line in lines[:_NAMED])
        told = "\n".join(named)
        if len(lines) > _NAMED:
            told += f"\n- … (+{len(lines) - _NAMED})"
        link = f"\n\nBảng điều khiển: {self._dashboard}" if self._dashboard else ""
        message.set_content(f"{told}{link}\n")
        return message

    def _send(self, message: EmailMessage) -> None:
        config = self._config
        try:
            context = ssl.create_default_context(cafile=config.ca_file or None)
            with _connected(config, context) as server:
                if config.security == "starttls":
                    server.starttls(context=context)
                if config.user:
                    password = Path(config.password_file).read_text(encoding="utf-8").strip()
                    server.login(config.user, password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:  # a name that is not ASCII
            raise NotToldError(f"mail to {self._to.address}: {error}") from error


def _connected(config: MailConfig, context: ssl.SSLContext) -> smtplib.SMTP:
    if config.security == "tls":
        return smtplib.SMTP_SSL(config.host, config.port, timeout=_WITHIN_S, context=context)
    return smtplib.SMTP(config.host, config.port, timeout=_WITHIN_S)


class WebhookChannel:
    """A POST of JSON; `X-Motcua-Signature: sha256=` is the HMAC of the body (hexadecimal)."""

    at_once = 200

    def __init__(self, config: WebhookConfig) -> None:
        self._config = config

    @property
    def listener(self) -> Listener:
        """Of which alerts it tells."""
        return self._config

    async def tell(self, lines: Sequence[Line]) -> None:
        """Post them; raises NotToldError unless the answer is 2xx."""
        body = msgspec.json.encode({"alerts": lines})
        try:
            status = await self._post(body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:  # also TimeoutError
            raise NotToldError(f"webhook {self._config.name}: {error}") from error
        if not httpx.codes.is_success(status):
            raise NotToldError(f"webhook {self._config.name}: answered {status}")

    async def _post(self, body: bytes) -> int:
        """Return the status of the answer; what else it says is not read."""
        headers = {"content-type": "application/json", **self._signature(body)}
        context = ssl.create_default_context(cafile=self._config.ca_file or None)
        async with (
            asyncio.timeout(_WITHIN_S),
            httpx.AsyncClient(verify=context, timeout=_WITHIN_S) as client,
            client.stream("POST", self._config.url, content=body, headers=headers) as answer,
        ):
            return answer.status_code

    def _signature(self, body: bytes) -> Mapping[str, str]:
        if not self._config.secret_file:
            return {}
        secret = Path(self._config.secret_file).read_bytes().strip()
        return {
            "x-motcua-signature": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"
        }
