"""What old codes became on 1 July 2025 (domain ADM-2 to ADM-5). Pure.

Provinces: the surviving name and the surviving code often come from different provinces, so codes
are followed, never names. The first three digits of an identity card are another table.
"""

import msgspec

from provisioning.organisation.snapshot import past

MERGED: dict[str, str] = {
    "02": "08",
    "06": "19",
    "10": "15",
    "17": "25",
    "26": "25",
    "27": "24",
    "30": "31",
    "34": "33",
    "35": "37",
    "36": "37",
    "45": "44",
    "49": "48",
    "54": "66",
    "58": "56",
    "60": "68",
    "67": "68",
    "62": "51",
    "64": "52",
    "70": "75",
    "72": "80",
    "74": "79",
    "77": "79",
    "83": "86",
    "84": "86",
    "87": "82",
    "89": "91",
    "93": "92",
    "94": "92",
    "95": "96",
}
"""Provinces that were merged into another code; any other code kept itself (ADM-3)."""


class Became(msgspec.Struct, frozen=True):
    """The codes a unit became. A commune that was parted became several, the likeliest first."""

    codes: tuple[str, ...]

    @property
    def is_partly(self) -> bool:
        """Whether somebody must be asked which of them it is."""
        return len(self.codes) > 1


def province_after(code: str) -> str:
    """Return the code that a province of before the reform has since."""
    return MERGED.get(code, code)


def commune_after(code: str) -> Became:
    """Return what a commune of before the reform became; no codes when there was none such."""
    return Became(past().became.get(code, ()))
