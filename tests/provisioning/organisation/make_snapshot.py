"""Make provisioning/organisation/data/*.json.gz anew, out of two packages in a venv of their own.

    python -m venv /tmp/units && /tmp/units/bin/pip install vietnamadminunits==1.0.4 \
        vietnam-provinces==2025.10.1
    python -m tests.provisioning.organisation.make_snapshot /tmp/units/lib/python3.*/site-packages

`vietnamadminunits` (MIT) gives what is kept; `vietnam-provinces` is only compared with, as it says
nothing of its licence. What the two disagree on is printed.
"""

import gzip
import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

OUT = Path("provisioning/organisation/data")
DATA_DATE = "2025-07-01"
SOURCE = "vietnamadminunits 1.0.4"
CONVERSION = "converter_2025.json"
Rows = list[list[Any]]


def main() -> None:
    """Write both files."""
    packages = Path(sys.argv[1])
    data = packages / "vietnamadminunits" / "data"
    with sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        new = db.execute("SELECT * FROM admin_units ORDER BY wardCode").fetchall()
        old = db.execute("SELECT * FROM admin_units_legacy ORDER BY wardCode").fetchall()
    compare(new, packages)
    provinces = {row["provinceCode"]: _province(row) for row in new}
    communes = [_commune(row) for row in new]
    write(
        "units",
        {
            "date": DATA_DATE,
            "source": SOURCE,
            "provinces": in_order(provinces),
            "communes": communes,
        },
    )
    conversion = json.loads((data / CONVERSION).read_text(encoding="utf-8"))
    write("before", {"date": DATA_DATE, "source": SOURCE, **before(old, new, conversion)})


def before(
    old: list[sqlite3.Row], new: list[sqlite3.Row], conversion: dict[str, Any]
) -> dict[str, Rows]:
    """Return the units that ended, and what each commune of them became."""
    provinces, districts, communes = {}, {}, {}
    by_key: dict[str, str] = {}
    for row in old:
        provinces[row["provinceCode"]] = [
            row["provinceCode"],
            *_named(row["province"], row["provinceShort"]),
        ]
        districts[row["districtCode"]] = [
            row["districtCode"],
            *_named(row["district"], row["districtShort"]),
            row["provinceCode"],
        ]
        code = row["wardCode"]
        if code:
            communes[code] = [code, *_named(row["ward"], row["wardShort"]), row["districtCode"]]
        key = f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"
        by_key.setdefault(key, code or row["districtCode"])
    return {
        "provinces": in_order(provinces),
        "districts": in_order(districts),
        "communes": in_order(communes),
        "became": became(by_key, new, conversion),
    }


def became(by_key: dict[str, str], new: list[sqlite3.Row], conversion: dict[str, Any]) -> Rows:
    """Return [old code, new codes], the likeliest first where an old commune was parted."""
    new_by_key = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in new}
    found: dict[str, list[str]] = defaultdict(list)
    lost = []
    for province, wards in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, keys in wards.items():
            for key in keys:
                code, after = by_key.get(key), new_by_key.get((province, ward))
                if code and after:
                    found[code].append(after)
                else:
                    lost.append(f"{key} -> {ward}")
    for province, wards in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in wards.items():
            code = by_key.get(key)
            for part in sorted(parts, key=lambda part: not part["isDefaultNewWard"]):
                after = new_by_key.get((province, part["newWardKey"]))
                if code and after:
                    found[code].append(after)
                else:
                    lost.append(f"{key} -> {part['newWardKey']}")
    say(f"{len(lost)} conversions name no unit: {lost[:20]}")
    missing = sorted(set(by_key.values()) - set(found))
    say(f"{len(missing)} old communes became nothing known: {missing[:20]}")
    return [[code, list(dict.fromkeys(codes))] for code, codes in sorted(found.items())]


def compare(new: list[sqlite3.Row], packages: Path) -> None:
    """Print where the other package has another code, name or province."""
    path = packages / "vietnam_provinces" / "data" / "nested-divisions.json"
    other = {
        f"{ward['code']:05}": (f"{province['code']:02}", ward["name"])
        for province in json.loads(path.read_text(encoding="utf-8"))
        for ward in province["wards"]
    }
    ours = {row["wardCode"]: (row["provinceCode"], row["ward"]) for row in new}
    say(f"codes only here: {sorted(set(ours) - set(other))}")
    say(f"codes only there: {sorted(set(other) - set(ours))}")
    for code in sorted(set(ours) & set(other)):
        if ours[code] != other[code]:
            say(f"{code}: {ours[code]} here, {other[code]} there")


def write(name: str, content: dict[str, Any]) -> None:
    """Write the same bytes for the same content."""
    OUT.mkdir(exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (OUT / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    say(f"{name}: {len(text)} letters, {(OUT / f'{name}.json.gz').stat().st_size} bytes")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def in_order(units: dict[str, list[Any]]) -> Rows:
    return [units[code] for code in sorted(units)]


def _province(row: sqlite3.Row) -> list[Any]:
    named = _named(row["province"], row["provinceShort"])
    return [row["provinceCode"], *named, row["provinceLat"], row["provinceLon"]]


def _commune(row: sqlite3.Row) -> list[Any]:
    named = _named(row["ward"], row["wardShort"])
    return [row["wardCode"], *named, row["provinceCode"], row["wardLat"], row["wardLon"]]


def _named(whole: str | None, short: str | None) -> tuple[str, str]:
    """Return the type in small letters, and the name without it."""
    whole, short = whole or "", short or ""
    for kind in KINDS:
        if whole.casefold().startswith(f"{kind} "):
            return kind, whole[len(kind) + 1 :]
    return "", short or whole


KINDS: Iterable[str] = (
    *("thành phố", "tỉnh", "quận", "huyện", "thị xã", "đặc khu", "phường", "thị trấn", "xã"),
)

if __name__ == "__main__":
    main()
