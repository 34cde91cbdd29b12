"""The box's name in its parts' settings: a certificate may bring another one than the image had.

Only the line that says it is changed: what a technician wrote beside it stays. Blocking.
"""

import json
import re
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path

import structlog

from devices.contract.errors import StorageError
from provisioning.broker.files import written

_TABLE = re.compile(r"^\s*\[", re.MULTILINE)
_log = structlog.get_logger()


def name_in(path: Path, box: str, site: str = "") -> bool:
    """Have a settings file say this box (and site, if one is given); return whether it changed.

    A file that is not there, or is no TOML, is left as it is: its own process says what is wrong.
    Raises StorageError.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return False
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    fresh = named(text, box, site)
    if fresh == text:
        return False
    return written(path, fresh.encode(), mode=stat.S_IMODE(path.stat().st_mode))


def named(text: str, box: str, site: str = "") -> str:
    """Return a settings file's text that says this box; what is no TOML comes back as it is."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return text
    for key, value in ({"box": box} | ({"site": site} if site else {})).items():
        if document.get(key) != value:
            text = _said(text, key, value)
    return text


def name_parts(files: Iterable[tuple[str, Path]], box: str, site: str) -> list[str]:
    """Have every part's file say this box; return the parts whose file changed."""
    changed = [part for part, path in files if name_in(path, box, site)]
    if changed:
        _log.info("parts.named", box=box, parts=changed)
    return changed


def _said(text: str, key: str, value: str) -> str:
    """Return the text with one key of the top table set; a string of one line is replaced."""
    table = _TABLE.search(text)
    top, rest = (text[: table.start()], text[table.start() :]) if table else (text, "")
    quoted = json.dumps(value, ensure_ascii=False)  # TOML's strings are JSON's
    line = re.compile(rf'^(\s*{key}\s*=\s*)("(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')', re.MULTILINE)
    changed, count = line.subn(lambda found: found[1] + quoted, top, count=1)
    return (changed if count else f"{key} = {quoted}\n{top}") + rest
