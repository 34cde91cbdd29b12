"""Who may tell the register that money has come."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.api.words import Id
from kiosk.backoffice.config import SecretFile


class NoticeSender(Config, frozen=True, kw_only=True):
    """A bank, or the province's platform. The key file holds `whsec_` and base64."""

    id: Id
    key: SecretFile


class PaymentsConfig(Config, frozen=True, kw_only=True):
    """Payments. Without senders only officers confirm."""

    senders: Annotated[tuple[NoticeSender, ...], msgspec.Meta(max_length=20)] = ()

    def __post_init__(self) -> None:
        """Refuse what does not fit together (ValueError)."""
        ids = [one.id for one in self.senders]
        if len(set(ids)) != len(ids):
            raise ValueError("senders: one is there twice")
