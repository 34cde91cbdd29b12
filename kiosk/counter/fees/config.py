"""Where citizens transfer fees to."""

from typing import Annotated

import msgspec

from devices.contract.config import Config


class PayToConfig(Config, frozen=True, kw_only=True):
    """The account of the office. `bank` is its BIN of six digits (domain §4.2)."""

    bank: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z")]
    account: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]{1,19}\Z")]
    holder: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class FeesConfig(Config, frozen=True, kw_only=True):
    """Fees at the kiosks. Without `pay_to` a kiosk shows what is asked, and no QR symbol."""

    pay_to: PayToConfig | None = None
