"""The ways out: mail and webhooks. A channel tells many alerts at once, or says why not."""

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
from devices.contract.errors import MotcuaError
from devices.runtime.worker import Worker
from provisioning.controller.alerts.config import Listener, MailConfig, MailListener, WebhookConfig

_WITHIN_S = 20.0


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

    async def tell(self, lines: Sequence[Line]) -> None:
        """Tell these; raises NotToldError."""
        ...


class MailChannel:
    """Mail to one person, the alerts of a moment in one message."""

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
        await self._worker.within(_WITHIN_S * 2, self._send, self._message(lines))

    def _message(self, lines: Sequence[Line]) -> EmailMessage:
        message = EmailMessage()
        more = f" (+{len(lines) - 1})" if len(lines) > 1 else ""
        message["Subject"] = f"[Một cửa] {lines[0].sentence}{more}".replace("\n", " ")
        message["From"] = self._config.sender
        message["To"] = self._to.address
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = make_msgid(domain=self._config.sender.partition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it by machine
        told = "\n".join(f"- {line.sentence}\n  {line.place} · {line.since}" for line in lines)
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
        except (OSError, smtplib.SMTPException) as error:
            raise NotToldError(f"mail to {self._to.address}: {error}") from error


def _connected(config: MailConfig, context: ssl.SSLContext) -> smtplib.SMTP:
    if config.security == "tls":
        return smtplib.SMTP_SSL(config.host, config.port, timeout=_WITHIN_S, context=context)
    return smtplib.SMTP(config.host, config.port, timeout=_WITHIN_S)


class WebhookChannel:
    """A POST of JSON; `X-Motcua-Signature: sha256=` is the HMAC of the body (hexadecimal)."""

    def __init__(self, config: WebhookConfig) -> None:
        self._config = config

    @property
    def listener(self) -> Listener:
        """Of which alerts it tells."""
        return self._config

    async def tell(self, lines: Sequence[Line]) -> None:
        """Post them; raises NotToldError unless the answer is 2xx."""
        body = msgspec.json.encode({"alerts": lines})
        headers = {"content-type": "application/json", **self._signature(body)}
        try:
            context = ssl.create_default_context(cafile=self._config.ca_file or None)
            async with httpx.AsyncClient(verify=context, timeout=_WITHIN_S) as client:
                answer = await client.post(self._config.url, content=body, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise NotToldError(f"webhook {self._config.name}: {error}") from error
        if not answer.is_success:
            raise NotToldError(f"webhook {self._config.name}: answered {answer.status_code}")

    def _signature(self, body: bytes) -> Mapping[str, str]:
        if not self._config.secret_file:
            return {}
        secret = Path(self._config.secret_file).read_bytes().strip()
        return {
            "x-motcua-signature": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"
        }
