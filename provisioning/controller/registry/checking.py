"""What a list of boxes to come may say. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from devices.contract.errors import MotcuaError
from devices.contract.identity import box_id
from provisioning.claims import tidy_claim, tidy_serial
from provisioning.controller.registry.errors import BadPlaceError, BoxTakenError, ListProblem
from provisioning.controller.registry.records import BoxRecord, Expected, Place, Standing

_MOST_LETTERS = {"role": 64, "unit": 64, "site": 64, "name": 200}
_UNIT_DIGITS = 5


def claim_hash(serial: str, claim: str) -> bytes:
    """Return what is kept of a claim. It is bound to the serial number."""
    return hashlib.sha256(b"\0".join((b"motcua claim", serial.encode(), claim.encode()))).digest()


def box_name(name: str, province: str) -> str:
    """Return the name as a box's; raises BadIdentityError, BoxTakenError.

    The province's own processes are clients of its broker too, and may do there what no box may;
    and units are called by their codes.
    """
    if name == province or name.startswith(f"{province}-"):
        raise BoxTakenError(f"The name {name} belongs to the province's own processes.")
    if name.isdigit() and len(name) <= _UNIT_DIGITS:
        raise BoxTakenError(f"The name {name} could be a unit's code.")
    return box_id(name)


def check_place(place: Place) -> None:
    """Raise BadPlaceError for words that are longer than what is kept of them."""
    if long := _too_long(place):
        raise BadPlaceError(f"Too long: {', '.join(long)}. {BadPlaceError.__doc__}")


def judged(
    expected: Sequence[Expected],
    known: Mapping[str, BoxRecord],
    used: Collection[tuple[str, bytes]],
    province: str,
) -> tuple[list[Expected], list[ListProblem]]:
    """Return the boxes with everything filled in, and every problem with its line.

    `used` are the serial numbers and hashes of claims there have been: none is taken twice.
    """
    serials = {box.serial: box for box in known.values() if box.standing is not Standing.RETIRED}
    items: list[Expected] = []
    problems: list[ListProblem] = []
    seen: dict[str, int] = {}
    for line, one in enumerate(expected, start=1):
        item, what, value = _filled(one, serials, province)
        if item is None:
            problems.append(ListProblem(line, what, value))
            continue
        long = [("long", what) for what in _too_long(item.place)]
        found = [*long, *_taken(item, known, serials)]
        for kind, name in (("serial", item.serial), ("box", item.box)):
            if seen.setdefault(f"{kind} {name}", line) != line:
                found.append((f"twice_{kind}", name))
        if item.claim and (item.serial, claim_hash(item.serial, item.claim)) in used:
            found.append(("claim_used", item.serial))
        problems += [ListProblem(line, what, value) for what, value in found]
        items.append(item)
    return items, problems


def _filled(
    one: Expected, serials: Mapping[str, BoxRecord], province: str
) -> tuple[Expected | None, str, str]:
    """Return the box with nothing left open; or None, what is wrong, and what stands there."""
    try:
        serial = tidy_serial(one.serial)
    except MotcuaError:
        return None, "serial", one.serial
    try:
        claim = tidy_claim(one.claim) if one.claim.strip() else ""
    except MotcuaError:
        return None, "claim", serial
    there = serials.get(serial)
    try:
        box = box_name(one.box.strip() or (there.box if there else serial), province)
    except BoxTakenError:
        return None, "box_kept", one.box or serial
    except MotcuaError:
        return None, "box", one.box or serial
    return msgspec.structs.replace(one, serial=serial, claim=claim, box=box), "", ""


def _too_long(place: Place) -> list[str]:
    return [what for what, most in _MOST_LETTERS.items() if len(getattr(place, what)) > most]


def _taken(
    item: Expected, known: Mapping[str, BoxRecord], serials: Mapping[str, BoxRecord]
) -> Iterable[tuple[str, str]]:
    named, there = known.get(item.box), serials.get(item.serial)
    if named and (named.serial != item.serial or named.standing is Standing.RETIRED):
        yield "box_taken", item.box
    if there and there.box != item.box:
        yield "serial_taken", there.box
