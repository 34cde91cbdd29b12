"""What was scanned (domain ID-1): the first kind that matches, decided without asking anyone."""

import re

from devices.contract.config import Config
from devices.messages import ScanKind, Scanned
from devices.scanner.cccd import parse_card

DOSSIER_CODES = (
    r"^([0-9]{3})\.([0-9]{2})\.([0-9]{2})\.([A-Z][0-9]{2})-([0-9]{6})-([0-9]{4})$",
    r"^([A-Z][0-9]{2}(?:\.[0-9]{2,3}){1,4})-([0-9]{6})-([0-9]{4,})$",
    r"^([A-Z][0-9]{2}(?:\.[0-9]{2,3}){1,4})-([0-9]{8})-([0-9]{7})$",
)
"""DOS-1: the form of 2018, that of about 2020, that of 2026."""

LOCAL_DOSSIER_CODE = r"^TAM-([A-Z0-9]+)-([0-9]{6})-([0-9]{4})$"
"""DOS-3: a kiosk's own number, until the server's is known."""

LONGEST_DOSSIER_CODE = 80
"""Characters; an agency has 35 at most (DOS-5)."""

_PAYMENT_PREFIX = "000201"  # EMVCo merchant QR: payload format indicator, version 01
_URL = re.compile(r"https?://")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_INSURANCE_PARTS = 5


class ScanRules(Config, frozen=True, kw_only=True):
    """What a province may want to read differently.

    `dossier_codes` are regular expressions of the whole code, tried in order; `six_part_cards` also
    takes cards without the old number's field (ID-7), which no confirmed card has.
    """

    dossier_codes: tuple[str, ...] = DOSSIER_CODES
    six_part_cards: bool = False

    def __post_init__(self) -> None:
        for pattern in self.dossier_codes:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {pattern!r}: {error}") from error


DEFAULT_RULES = ScanRules()


def classify(text: str, rules: ScanRules = DEFAULT_RULES) -> Scanned:
    """Return what a scanner's text is; never fails, `unknown` is an answer (ID-9)."""
    text = text.lstrip("\ufeff").rstrip("\r\n")
    kind = _kind_of_code(text, rules)
    if kind is None and (card := parse_card(text, six_parts=rules.six_part_cards)):
        return Scanned(kind=ScanKind.IDENTITY_CARD, card=card)
    if kind is None and _is_health_insurance(text):
        kind = ScanKind.HEALTH_INSURANCE
    return Scanned(kind=kind or ScanKind.UNKNOWN, text=text)


def dossier_parts(text: str, rules: ScanRules = DEFAULT_RULES) -> tuple[str, ...]:
    """Return the groups of a dossier code (agency first, number last); () of anything else."""
    if len(text) > LONGEST_DOSSIER_CODE:
        return ()
    for pattern in rules.dossier_codes:
        if found := re.fullmatch(pattern, text, re.ASCII):
            return tuple(group or "" for group in found.groups()) or (text,)
    return ()


def _kind_of_code(text: str, rules: ScanRules) -> ScanKind | None:
    if text.startswith(_PAYMENT_PREFIX):
        return ScanKind.PAYMENT
    if _URL.match(text):
        return ScanKind.URL
    if dossier_parts(text, rules):
        return ScanKind.DOSSIER
    if re.fullmatch(LOCAL_DOSSIER_CODE, text):
        return ScanKind.LOCAL_DOSSIER
    return None


def _is_health_insurance(text: str) -> bool:
    """ID-2: `number|hex name|birth|1 or 2|hex address|...`."""
    parts = text.split("|")
    return (
        len(parts) >= _INSURANCE_PARTS
        and parts[3] in ("1", "2")
        and all(_HEX.fullmatch(parts[at]) for at in (1, 4))
    )
