"""A list of boxes as CSV: out of a spreadsheet, with a first line that names the columns. Pure."""

import csv
import io

from devices.contract.errors import BadPayloadError
from provisioning.controller.registry.errors import BadListError, ListProblem
from provisioning.controller.registry.records import Expected, Place

COLUMNS = ("serial", "claim", "box", "role", "unit", "site", "name")
MOST_LINES = 5_000
_SEPARATORS = ",;\t"


def read_list(text: str) -> list[Expected]:
    """Return the boxes of a list; the place of one in the list is its line under the head.

    Raises BadPayloadError for what is no such list, BadListError for lines of another length.
    """
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise BadPayloadError(f"This is no CSV: {error}") from error
    names = [name.strip().lower() for name in rows[0]] if rows else []
    unknown = [name for name in names if name not in COLUMNS]
    if "serial" not in names or unknown or len(set(names)) != len(names):
        raise BadPayloadError(f"The first line names the columns: {', '.join(COLUMNS)}")
    lines = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    if not 1 <= len(lines) <= MOST_LINES:
        raise BadPayloadError(f"{len(lines)} lines: 1 to {MOST_LINES} are taken")
    problems = [
        ListProblem(at, "columns", separator.join(row)[:80])
        for at, row in enumerate(lines, start=1)
        if len(row) != len(names)
    ]
    if problems:
        raise BadListError(tuple(problems))
    return [_expected({n: c.strip() for n, c in zip(names, row, strict=True)}) for row in lines]


def _expected(cells: dict[str, str]) -> Expected:
    place = Place(**{name: cells.get(name, "") for name in ("role", "unit", "site", "name")})
    return Expected(
        serial=cells["serial"],
        claim=cells.get("claim", ""),
        box=cells.get("box", ""),
        place=place,
    )
