"""`motcua scan FILE...`: what the codes in pictures say, one JSON line a picture."""

import sys
from pathlib import Path

import msgspec

from devices.camera.picture import load_picture
from devices.messages import IdentityCard, ScanKind, Scanned
from devices.scanner.cccd import describe_number
from devices.scanner.classify import DEFAULT_RULES, ScanRules, classify, dossier_parts
from devices.scanner.decode import read_symbols
from devices.scanner.masking import mask_card, mask_text
from devices.scanner.specimen_card import card_text

Fields = dict[str, str | int | tuple[str, ...]]


class ScanLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One picture. `text` and `fields` are masked unless all is to be shown (PRI-1)."""

    file: str
    text: str | None
    kind: ScanKind | None
    fields: Fields = {}
    error: str = ""


def scan_files(files: list[Path], *, show: bool) -> int:
    """Write a line for each picture to stdout; return 0, or 1 when any picture gave nothing."""
    missed = False
    for file in files:
        line = scan_file(file, show=show)
        missed |= bool(line.error)
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()
    return int(missed)


def scan_file(file: Path, *, show: bool, rules: ScanRules = DEFAULT_RULES) -> ScanLine:
    """Return what one picture says; of several codes the first of a known kind."""
    try:
        texts = read_symbols(load_picture(str(file)))
    except OSError as error:
        return _nothing(file, error.strerror or str(error))
    if not texts:
        return _nothing(file, "no code was found")
    scans = [(text, classify(text, rules)) for text in texts]
    text, scan = min(scans, key=lambda found: found[1].kind is ScanKind.UNKNOWN)
    card = scan.card if show or scan.card is None else mask_card(scan.card)
    if not show:
        text = card_text(card) if card else mask_text(scan.kind, text)
    return ScanLine(file=str(file), text=text, kind=scan.kind, fields=_fields(scan, card, rules))


def _nothing(file: Path, error: str) -> ScanLine:
    return ScanLine(file=str(file), text=None, kind=None, error=error)


def _fields(scan: Scanned, card: IdentityCard | None, rules: ScanRules) -> Fields:
    """Return what the text says by itself; `card` is `scan`'s, or the same masked."""
    if card and scan.card:
        facts = describe_number(scan.card.number)
        fields: Fields = msgspec.structs.asdict(card)
        return fields | {"province": facts.province if facts else ""}
    if scan.kind is ScanKind.DOSSIER:
        *agency, day, number = dossier_parts(scan.text, rules)
        return {"agency": ".".join(agency), "day": day, "number": number}
    return {}
