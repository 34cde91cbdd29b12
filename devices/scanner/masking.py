"""What may be shown of something scanned where others look on, or where it stays (PRI-1)."""

import re

import msgspec

from devices.messages import IdentityCard, ScanKind, Scanned

_SHOWN_FIRST, _SHOWN_LAST = 4, 2
_PERSONAL_NUMBER_LENGTH = 12
_LONG_NUMBER = re.compile(r"[0-9]{9,}")
_LETTER = re.compile(r"[^\W_]")
_ALWAYS_PERSONAL = (ScanKind.IDENTITY_CARD, ScanKind.HEALTH_INSURANCE, ScanKind.PAYMENT)
_NEVER_PERSONAL = (ScanKind.DOSSIER, ScanKind.LOCAL_DOSSIER)


def mask_number(number: str) -> str:
    """Return `0451******34` for a personal number; of others the last two digits."""
    first = _SHOWN_FIRST if len(number) == _PERSONAL_NUMBER_LENGTH else 0
    hidden = max(len(number) - first - _SHOWN_LAST, 0)
    return number[:first] + "*" * hidden + number[first + hidden :] if hidden else "*" * len(number)


def mask_card(card: IdentityCard) -> IdentityCard:
    """Return the card with nothing left that tells who it is; sex, years and warnings stay."""
    return msgspec.structs.replace(
        card,
        number=mask_number(card.number),
        old_number=mask_number(card.old_number),
        name=" ".join(word[0] + "*" * (len(word) - 1) for word in card.name.split()),
        birth="*" * (len(card.birth) - 4) + card.birth[-4:],
        address=_LETTER.sub("*", card.address),
        issued="*" * (len(card.issued) - 4) + card.issued[-4:],
    )


def mask_text(kind: ScanKind, text: str) -> str:
    """Return the text of a scan with letters and digits starred when it may be a person's.

    A card's own text is never returned in parts: of it nothing is left.
    """
    if kind in _NEVER_PERSONAL:
        return text
    if kind in _ALWAYS_PERSONAL or "|" in text or _LONG_NUMBER.search(text):
        return _LETTER.sub("*", text)
    return text


def masked(scan: Scanned) -> Scanned:
    """Return the scan as it may be shown."""
    return msgspec.structs.replace(
        scan, text=mask_text(scan.kind, scan.text), card=mask_card(scan.card) if scan.card else None
    )
