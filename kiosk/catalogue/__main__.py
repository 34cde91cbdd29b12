"""`python -m kiosk.catalogue --check DIR`: judge a province's catalogue before a kiosk does."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from devices.contract.clock import local_day
from kiosk.catalogue.files import SAMPLE, BadCatalogueError, read_folders

BAD = 78


def main() -> int:
    """Print every problem and return 78, or what the catalogue holds and 0."""
    words = argparse.ArgumentParser(prog="python -m kiosk.catalogue", description=__doc__)
    words.add_argument("--check", type=Path, required=True, metavar="DIR", help="the folder")
    words.add_argument("--alone", action="store_true", help="without the sample below it")
    asked = words.parse_args()
    try:
        catalogue = read_folders(([] if asked.alone else [SAMPLE]) + [asked.check])
    except BadCatalogueError as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
        return BAD
    today = catalogue.on(local_day(datetime.now(UTC)))
    sample = sum(procedure.sample for procedure in today.procedures)
    sys.stdout.write(
        f"{len(catalogue.procedures)} procedures in {len(catalogue.sectors)} sectors;"
        f" today {len(today.procedures)}, of them {sample} of the sample\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
