"""A province of a few boxes, for the suites of settings."""

from msgspec.structs import replace

from provisioning.controller.registry.records import BoxRecord, Standing

PROVINCE, WARD_A, WARD_B = "91", "30001", "30002"


def record(box: str, *, role: str = "kiosk", unit: str = WARD_A, site: str = "s-1") -> BoxRecord:
    return BoxRecord(
        box=box, serial=box, standing=Standing.IN_SERVICE, role=role, unit=unit, site=site
    )


class Land:
    """Who stands where: boxes on record, their places, and the tree."""

    def __init__(self, *records: BoxRecord) -> None:
        self.records = {one.box: one for one in records}

    def all(self) -> tuple[BoxRecord, ...]:
        return tuple(self.records.values())

    def known(self, box: str) -> BoxRecord | None:
        return self.records.get(box)

    def path(self, box: str) -> tuple[str, ...]:
        return self.path_of(self.records[box].unit) if box in self.records else ()

    def path_of(self, unit: str) -> tuple[str, ...]:
        return (PROVINCE, unit) if unit in (WARD_A, WARD_B) else ((unit,) if unit else ())

    def put(self, box: str, **fields: object) -> None:
        self.records[box] = replace(self.records[box], **fields)


def three_boxes() -> Land:
    return Land(
        record("k-1"),
        record("k-2", unit=WARD_B, site="s-2"),
        record("r-1", role="room", unit=WARD_B, site="s-2"),
    )
