"""Which dossier codes a person may have meant who typed one without care (domain DOS-1, DOS-3).

Letters and digits are taken as they are; only separators are put in.
"""

import re
import unicodedata
from collections.abc import Iterator

_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\ufeff\u200b-\u200d]+")
_RUN = re.compile(r"[A-Z0-9]+")
_SEPARATORS = re.compile(r"[\s.,\-_/]*")
_LOCAL = re.compile(r"TAM([A-Z0-9]+)([0-9]{6})([0-9]{4})")
_SERIAL_LENGTHS = range(4, 10)
_DAY_LENGTHS = (6, 8)
_GROUP_LENGTHS = (2, 3)
_MOST_GROUPS = 5


def tidied(text: str) -> str:
    """Return the text composed (G-4), its dashes plain, with single blanks and none around it."""
    text = _BLANKS.sub(" ", unicodedata.normalize("NFKC", text))
    return _DASHES.sub("-", text).strip()


def readings(text: str) -> Iterator[Iterator[str]]:
    """Yield groups of spellings `agency-day-serial` that the tidied text may stand for.

    The first group has separators exactly where the text has some; the second, to be asked only
    when the first holds no code, has more of them.
    """
    upper = text.upper()
    if not _SEPARATORS.fullmatch(_RUN.sub("", upper)):
        return
    runs = _RUN.findall(upper)
    typed = _boundaries(runs)
    yield (spelt for spelt in _spellings("".join(runs)) if _boundaries_of(spelt) == typed)
    yield (spelt for spelt in _spellings("".join(runs)) if _boundaries_of(spelt) > typed)


def _spellings(compact: str) -> Iterator[str]:
    if local := _LOCAL.fullmatch(compact):
        yield "-".join(("TAM", *local.groups()))
    for serial_length in _SERIAL_LENGTHS:
        for day_length in _DAY_LENGTHS:
            agency_length = len(compact) - serial_length - day_length
            if agency_length >= _GROUP_LENGTHS[0]:
                serial, day = compact[-serial_length:], compact[agency_length:-serial_length]
                for groups in _groups(compact[:agency_length], _MOST_GROUPS):
                    yield f"{'.'.join(groups)}-{day}-{serial}"


def _groups(agency: str, most: int) -> Iterator[tuple[str, ...]]:
    if not agency:
        yield ()
    elif most:
        for length in _GROUP_LENGTHS:
            if length <= len(agency):
                for rest in _groups(agency[length:], most - 1):
                    yield (agency[:length], *rest)


def _boundaries_of(spelt: str) -> frozenset[int]:
    return _boundaries(_RUN.findall(spelt))


def _boundaries(runs: list[str]) -> frozenset[int]:
    """Return after how many letters and digits a separator stands."""
    ends: set[int] = set()
    length = 0
    for run in runs[:-1]:
        length += len(run)
        ends.add(length)
    return frozenset(ends)
