"""An empty `pack.toml` for a translator: every key, with its Vietnamese sentence above it."""

import json
from collections.abc import Iterator

from kiosk.ui.flows.all import WORDS

_HEAD = """\
# A language pack of the kiosk. Take away the # before a key and write the sentence between "".
# {...} are places that are filled: each one of the Vietnamese sentence stands in yours too.
# What is left out is said in Vietnamese. Judge it: python -m kiosk.ui.languages --check FOLDER
code = %s
name = ""  # the language, in itself
sample = ""  # what a native speaker has not checked yet
"""


def template(code: str) -> str:
    """Return the template of a language."""
    return _HEAD % json.dumps(code) + "".join(_flows())


def _flows() -> Iterator[str]:
    for each in WORDS:
        keys = each.keys()
        yield from _table(f"words.{each.flow}", {key: keys[key] for key in keys if "." not in key})
        below = sorted({key.partition(".")[0] for key in keys if "." in key})
        for name in below:
            start = f"{name}."
            inner = {key.removeprefix(start): keys[key] for key in keys if key.startswith(start)}
            yield from _table(f"words.{each.flow}.{name}", inner)


def _table(name: str, keys: dict[str, str]) -> Iterator[str]:
    yield f"\n[{name}]\n"
    for key, text in keys.items():
        yield f'# {text}\n# {key} = ""\n'
