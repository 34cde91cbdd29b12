"""VietQR: the transfer that a bank's app reads from a symbol (domain §4.2, PAY-3, PAY-4).

EMVCo merchant-presented QR. A code says what is to be paid; whether it was paid nobody learns
from it (PAY-5).
"""

import re
import unicodedata
from enum import StrEnum

import msgspec

from devices.contract.errors import MotcuaError
from kiosk.domain.tlv import BadFieldsError, crc, fields_of, written

LONGEST_MEMO = 25
_NAPAS, _VNPAY = "A000000727", "A000000775"
_VERSION, _VND, _VIETNAM = "01", "704", "VN"
_STATIC, _DYNAMIC = "11", "12"
_LONGEST_CODE = 512  # EMVCo QRCPS-MPM §3.2
_CRC_HEAD, _CRC_LENGTH = "6304", 4
_BANK = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}")
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}")
_MEMO = re.compile(r"[A-Za-z0-9 ]{0,25}")
_OUTSIDE_MEMO = re.compile(r"[^A-Za-z0-9]+")
_UNMARKED = str.maketrans({"đ": "d", "Đ": "D"})


class Service(StrEnum):
    """What the receiver's number is."""

    ACCOUNT = "QRIBFTTA"
    CARD = "QRIBFTTC"
    PUSH = "QRPUSH"
    CASH = "QRCASH"


class BadPaymentCodeError(MotcuaError):
    """It is no payment code, or one that was changed or cut off."""

    code = "payment.bad_code"


class ForeignPaymentCodeError(BadPaymentCodeError):
    """It is a whole payment code, but no VietQR."""

    code = "payment.foreign_code"


class VnpayCodeError(ForeignPaymentCodeError):
    """It is a VNPAY-QR: known, and never made here."""

    code = "payment.vnpay_code"


class BadTransferError(MotcuaError):
    """The bank, the account, the amount or the purpose cannot stand in a VietQR."""

    code = "payment.bad_transfer"


class MemoTooLongError(BadTransferError):
    """The purpose does not fit into the 25 letters that VietQR has for it."""

    code = "payment.memo_too_long"


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer to be made. `bank` is a BIN; `amount` in VND, 0 when the payer puts it in.

    `purpose` is empty or what `memo` returns.
    """

    bank: str
    account: str
    amount: int = 0
    purpose: str = ""
    service: Service = Service.ACCOUNT


def memo(text: str) -> str:
    """Return the text as a purpose: no marks on letters, all else turned to single spaces (PAY-3).

    `Lệ phí` is `Le phi`, and `H50-261121-0042` is `H50 261121 0042`. Raises MemoTooLongError:
    a purpose is never cut, for by it the payment is found again.
    """
    plain = unicodedata.normalize("NFD", text.translate(_UNMARKED))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _OUTSIDE_MEMO.sub(" ", letters).strip()
    if len(words) > LONGEST_MEMO:
        raise MemoTooLongError
    return words


def encode(transfer: Transfer) -> str:
    """Return the text of the QR symbol; raises BadTransferError."""
    amount = str(transfer.amount) if transfer.amount else ""
    if not (
        _BANK.fullmatch(transfer.bank)
        and _ACCOUNT.fullmatch(transfer.account)
        and (not amount or _AMOUNT.fullmatch(amount))
        and _MEMO.fullmatch(transfer.purpose)
    ):
        raise BadTransferError
    receiver = written([("00", transfer.bank), ("01", transfer.account)])
    account = written([("00", _NAPAS), ("01", receiver), ("02", transfer.service)])
    fields = [
        ("00", _VERSION),
        ("01", _DYNAMIC if amount else _STATIC),
        ("38", account),
        ("53", _VND),
        ("54", amount),
        ("58", _VIETNAM),
        ("62", written([("08", transfer.purpose)])),
    ]
    body = written(fields) + _CRC_HEAD
    return body + crc(body)


def decode(text: str) -> Transfer:
    """Return the transfer of a VietQR; other fields (a name, a city, a shop) are passed over.

    Raises BadPaymentCodeError for whatever is not whole (PAY-4), ForeignPaymentCodeError for
    other schemes, VnpayCodeError for that one.
    """
    try:
        return _transfer(_checked(text))
    except (BadFieldsError, KeyError) as error:
        raise BadPaymentCodeError from error


def _checked(text: str) -> dict[str, str]:
    """Return the fields of a payment code whose CRC is right."""
    body, told = text[:-_CRC_LENGTH], text[-_CRC_LENGTH:]
    if len(text) > _LONGEST_CODE or not text.isascii() or not body.endswith(_CRC_HEAD):
        raise BadPaymentCodeError
    if crc(body) != told:
        raise BadPaymentCodeError
    fields = fields_of(text)
    if fields["00"] != _VERSION or list(fields)[-1] != _CRC_HEAD[:2]:
        raise BadPaymentCodeError
    return fields


def _transfer(fields: dict[str, str]) -> Transfer:
    account = _napas(fields)
    receiver = fields_of(account["01"])
    amount = fields.get("54", "")
    if (
        not _BANK.fullmatch(receiver["00"])
        or not _ACCOUNT.fullmatch(receiver["01"])
        or (amount and not _AMOUNT.fullmatch(amount))
        or account["02"] not in set(Service)
        or fields["53"] != _VND
        or fields["58"] != _VIETNAM
        or fields.get("01", _STATIC) not in (_STATIC, _DYNAMIC)
    ):
        raise BadPaymentCodeError
    return Transfer(
        bank=receiver["00"],
        account=receiver["01"],
        amount=int(amount or 0),
        purpose=fields_of(fields.get("62", "")).get("08", ""),
        service=Service(account["02"]),
    )


def _napas(fields: dict[str, str]) -> dict[str, str]:
    """Return the account part of a VietQR; raises ForeignPaymentCodeError when there is none."""
    if "38" in fields and (account := fields_of(fields["38"])).get("00") == _NAPAS:
        return account
    if "26" in fields and fields_of(fields["26"]).get("00") == _VNPAY:
        raise VnpayCodeError
    raise ForeignPaymentCodeError
