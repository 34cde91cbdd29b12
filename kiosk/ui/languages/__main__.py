"""`python -m kiosk.ui.languages`: judge a language pack, begin one, or fill in tones."""

import argparse
import sys
from pathlib import Path

from kiosk.ui.flows.all import WORDS
from kiosk.ui.languages.files import BadPackError, read_pack, spoken_names
from kiosk.ui.languages.placeholders import write_placeholders
from kiosk.ui.languages.template import template

BAD = 78


def main() -> int:
    """Do what was asked; 78 when a pack is not usable."""
    words = argparse.ArgumentParser(prog="python -m kiosk.ui.languages", description=__doc__)
    asked = words.add_mutually_exclusive_group(required=True)
    asked.add_argument("--check", type=Path, metavar="DIR", help="judge the pack of a folder")
    asked.add_argument("--template", metavar="CODE", help="print an empty pack.toml")
    asked.add_argument("--names", action="store_true", help="print what may be recorded")
    asked.add_argument(
        "--placeholders", type=Path, metavar="DIR", help="write tones where recordings are missing"
    )
    given = words.parse_args()
    if given.check:
        return _check(given.check)
    if given.template:
        sys.stdout.write(template(given.template))
    elif given.names:
        sys.stdout.writelines(f"{name}\n" for name in sorted(spoken_names()))
    else:
        written = write_placeholders(given.placeholders, spoken_names())
        sys.stdout.write(f"{len(written)} tones written: placeholders, no speech\n")
    return 0


def _check(folder: Path) -> int:
    try:
        language = read_pack(folder)
    except BadPackError as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
        return BAD
    said = sum(len(keys) for keys in language.pack.words.values())
    whole = sum(len(each.keys()) for each in WORDS)
    tones = ", PLACEHOLDERS among them" if language.placeholders else ""
    sys.stdout.write(
        f"{language.pack.code} ({language.pack.name}): {said} of {whole} sentences,"
        f" {len(language.pack.clips)} recordings{tones}, {len(language.pictograms)} pictograms,"
        f" faces: {', '.join(language.faces) or 'those of the box'}\n"
    )
    if language.sample:
        sys.stdout.write(f"sample: {language.sample}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
