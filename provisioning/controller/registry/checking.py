"""What a list of boxes to come may say. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from devices.contract.errors import MotcuaError
from devices.contract.identity import box_id
from provisioning.claims import tidy_claim, tidy_serial
from provisioning.controller.registry.errors import BoxTakenError
from provisioning.controller.registry.records import BoxRecord, Expected, Standing

_MOST_LETTERS = 64
_MOST_NAME_LETTERS = 200


def claim_hash(serial: str, claim: str) -> bytes:
    """Return what is kept of a claim. It is bound to the serial number."""
    return hashlib.sha256(b"\0".join((b"motcua claim", serial.encode(), claim.encode()))).digest()


def box_name(name: str, province: str) -> str:
    """Return the name as a box's; raises BadIdentityError, BoxTakenError.

    The province's own processes are clients of its broker too, and may do there what no box may.
    """
    if name == province or name.startswith(f"{province}-"):
        raise BoxTakenError(f"The name {name} belongs to the province's own processes.")
    return box_id(name)


def judged(
    expected: Sequence[Expected],
    known: Mapping[str, BoxRecord],
    used: Collection[tuple[str, bytes]],
    province: str,
) -> tuple[list[Expected], list[str]]:
    """Return the boxes with everything filled in, and every problem with the place of its line.

    `used` are the serial numbers and hashes of claims there have been: none is taken twice.
    """
    serials = {box.serial: box for box in known.values() if box.standing is not Standing.RETIRED}
    items: list[Expected] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for line, one in enumerate(expected, start=1):
        try:
            item = _filled(one, serials, province)
        except MotcuaError as error:
            problems.append(f"{line}: {error.sentence}")
            continue
        found = [
            *_too_long(item),
            *_taken(item, known, serials),
            *(
                f"{said} stands in line {seen[key]} too"
                for key, said in (
                    (f"serial {item.serial}", f"serial number {item.serial}"),
                    (f"box {item.box}", f"box {item.box}"),
                )
                if seen.setdefault(key, line) != line
            ),
        ]
        if item.claim and (item.serial, claim_hash(item.serial, item.claim)) in used:
            found.append("this claim was given before: leave it empty for a new one")
        problems += [f"{line}: {problem}" for problem in found]
        items.append(item)
    return items, problems


def _filled(one: Expected, serials: Mapping[str, BoxRecord], province: str) -> Expected:
    serial = tidy_serial(one.serial)
    there = serials.get(serial)
    box = one.box.strip() or (there.box if there else serial)
    return msgspec.structs.replace(
        one,
        serial=serial,
        claim=tidy_claim(one.claim) if one.claim else "",
        box=box_name(box, province),
    )


def _too_long(item: Expected) -> Iterable[str]:
    place = item.place
    for what, text, most in (
        ("role", place.role, _MOST_LETTERS),
        ("unit", place.unit, _MOST_LETTERS),
        ("site", place.site, _MOST_LETTERS),
        ("name", place.name, _MOST_NAME_LETTERS),
    ):
        if len(text) > most:
            yield f"{what}: more than {most} letters"


def _taken(
    item: Expected, known: Mapping[str, BoxRecord], serials: Mapping[str, BoxRecord]
) -> Iterable[str]:
    named, there = known.get(item.box), serials.get(item.serial)
    if named and (named.serial != item.serial or named.standing is Standing.RETIRED):
        yield f"the name {item.box} belongs to serial number {named.serial}"
    if there and there.box != item.box:
        yield f"serial number {item.serial} is the box {there.box}"
