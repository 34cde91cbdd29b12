"""Who hears of alerts, and what is worth one."""

from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from provisioning.controller.alerts.rules import Kind, Rules, Severity

NonEmpty = Annotated[str, msgspec.Meta(min_length=1)]


class Listener(Config, frozen=True, kw_only=True):
    """Whom an alert is told: those of a unit's branch, of some kinds, from a severity upwards."""

    unit: str = ""  # a code; empty is everywhere
    kinds: tuple[Kind, ...] = ()  # none is all
    least: Severity = Severity.WARNING


class MailListener(Listener, frozen=True, kw_only=True):
    """Somebody with a mailbox."""

    address: Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+\Z")]


class MailConfig(Config, frozen=True, kw_only=True):
    """The province's mail server (SMTP, RFC 5321)."""

    host: NonEmpty
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: str = ""
    user: str = ""
    password_file: str = ""
    sender: Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+\Z")]
    to: tuple[MailListener, ...] = ()


class WebhookConfig(Listener, frozen=True, kw_only=True):
    """An address that gets JSON by POST, signed with HMAC-SHA256 when there is a secret."""

    name: NonEmpty
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://")]
    secret_file: str = ""
    ca_file: str = ""


class AlertsConfig(Config, frozen=True, kw_only=True):
    """Rules and those who hear; `dashboard` is the address that messages point to."""

    rules: Rules = Rules()
    dashboard: str = ""
    mail: MailConfig | None = None
    webhooks: tuple[WebhookConfig, ...] = ()
