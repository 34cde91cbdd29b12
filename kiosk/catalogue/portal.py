"""Handing a citizen over to the national portal (domain CAT-3, G-7). Pure.

The kiosk shows an address as a QR symbol and how to go on with one's own phone. It submits nothing,
and asks for no password: log-in is VNeID's, on the phone.
"""

from typing import Annotated
from urllib.parse import quote, urlsplit

import msgspec

from devices.contract.config import Config
from devices.contract.errors import MotcuaError
from kiosk.catalogue.procedure import Procedure

_CODE = "{code}"
_MOST = 500
Host = Annotated[
    str, msgspec.Meta(pattern=r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\Z", max_length=253)
]


class ForeignAddressError(MotcuaError):
    """The address is not on a host of this province's settings; nothing is shown."""

    code = "portal.foreign_address"


class PortalConfig(Config, frozen=True, kw_only=True):
    """Where citizens are sent. `page` is a procedure's page, with `{code}` in it."""

    hosts: Annotated[tuple[Host, ...], msgspec.Meta(min_length=1, max_length=20)] = (
        "dichvucong.gov.vn",
        "csdl.dichvucong.gov.vn",
        "dichvucongnganhtuphap.moj.gov.vn",
    )
    page: str = (
        "https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc-nganh-doc.html?ma_thu_tuc={code}"
    )

    def __post_init__(self) -> None:
        """Refuse a page that names no code, or is on another host (ValueError)."""
        if self.page.count(_CODE) != 1:
            raise ValueError("page: holds {code} once")
        try:
            _checked(self.page.replace(_CODE, "1.001193"), self.hosts)
        except ForeignAddressError as error:
            raise ValueError(f"page: {error}") from error


class HandOff(msgspec.Struct, frozen=True):
    """What the kiosk shows: an address, as text and in a QR symbol, and the steps by text key."""

    url: str
    steps: tuple[str, ...]


STEPS = ("portal.step.scan", "portal.step.open", "portal.step.log_in", "portal.step.follow")
TEXTS: dict[str, dict[str, str]] = {
    "portal.step.scan": {
        "vi": "Mở máy ảnh trên điện thoại, đưa vào mã QR này.",
        "en": "Point your phone's camera at this QR code.",
    },
    "portal.step.open": {
        "vi": "Mở trang Cổng Dịch vụ công quốc gia. Xem đúng tên thủ tục.",
        "en": "Open the National Public Service Portal page. Check the procedure's name.",
    },
    "portal.step.log_in": {
        "vi": "Bấm nộp hồ sơ, đăng nhập VNeID trên điện thoại. Ki-ốt không hỏi mật khẩu.",
        "en": "Choose to submit, log in with VNeID on your phone. Give the kiosk no password.",
    },
    "portal.step.follow": {
        "vi": "Điền, đính kèm giấy tờ, gửi đi. Ghi lại mã hồ sơ để tra cứu tại đây.",
        "en": "Fill in, attach the papers, send. Keep the dossier code: you can look it up here.",
    },
}


def hand_off(procedure: Procedure, config: PortalConfig) -> HandOff:
    """Return the way to the procedure's page: its own (`portal_page`), or by its code.

    `url` is plain ASCII, as it goes into the QR symbol (RFC 3986). Raises ForeignAddressError.
    """
    by_code = config.page.replace(_CODE, quote(procedure.code, safe=""))
    return HandOff(_checked(procedure.portal_page or by_code, config.hosts), STEPS)


def _checked(url: str, hosts: tuple[str, ...]) -> str:
    """Return the address when it is https on one of the hosts, with nothing that hides another."""
    plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForeignAddressError(f"{url!r} is no address") from error
    if not plain or len(url) > _MOST or parts.scheme != "https" or port not in (None, 443):
        raise ForeignAddressError(f"{url!r} is no plain https address")
    if parts.username is not None or parts.password is not None or parts.hostname not in hosts:
        raise ForeignAddressError(f"{url!r} is on none of: {', '.join(hosts)}")
    return url
