"""Every syllable that Vietnamese spelling allows, written out from tables of its own.

The rhymes stand here with the acute where the old style writes it, so that nothing of the
keyboard's own placement is used to judge it.
"""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

ACUTE = "\u0301"
TONES = {"": "0", "\u0300": "2", ACUTE: "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
STOPS = ("c", "ch", "p", "t")
FRONT = ("e", "ê", "i", "y")

_PLAIN = """
á ác ách ái ám án áng ánh áo áp át áu áy ắc ắm ắn ắng ắp ắt ấc ấm ấn ấng ấp ất ấu ấy
é éc ém én éng éo ép ét ế ếch ếm ến ếnh ếp ết ếu
í ía ích iếc iếm iến iếng iếp iết iếu ím ín ính íp ít íu
ó óc ói óm ón óng óp ót oóng oóc ố ốc ối ốm ốn ống ốp ốt ớ ới ớm ớn ớp ớt
ú úa úc úi úm ún úng úp út uốc uối uốm uốn uống uốt
ứ ứa ức ứi ứm ứng ứt ứu ước ưới ướm ướn ướng ướp ướt ướu
"""
_ROUNDED = """
óa oác oách oái oám oán oáng oánh oáo oáp oát oáy oắc oắm oắn oắng oắt óe oén oéo oét
uấn uấng uất uấy uế uếch uến uếnh uết uếu uớ úy uých uýn uýnh uýp uýt uýu uýa uyến uyết
"""
_AFTER_QU = """
á ác ách ái án áng ánh áo át áu áy ắc ắm ắn ắng ắp ắt ấn ấng ất ấy é én éo ét ế ến ếnh ết
ốc ớ ý ých ýnh ýt yến yết
"""
_AFTER_GI = """
á ác ái ám án áng ánh áo áp át áu áy ắc ắm ắn ắng ắt ấc ấm ấn ấp ất ấu ấy é éo ếng ếc
ó ói óng óp ót ố ốc ối ống ốp ớ ới ớn ú úa úc úi úm ún úp ứ ứa ướng ước
"""
_ALONE = "ý yếm yến yếng yết yếu"
_WITH_Y = "h k l m s t v th"
_ONSETS = "b c ch d đ g h kh l m n ng nh p ph s t th tr v x"
_LABIAL = ("b", "m", "p", "ph", "v")
_NEW = {"óa": "oá", "óe": "oé", "úy": "uý"}


class Written(NamedTuple):
    """A syllable in both styles; `plain` has its marks and no tone, `tone` is a combining sign."""

    old: str
    new: str
    plain: str
    tone: str


def syllables() -> Iterator[Written]:
    """Yield each once, in small letters."""
    seen: set[str] = set()
    for onset, rhyme, new in _bodies():
        for tone in TONES:
            if rhyme.endswith(STOPS) and tone not in (ACUTE, "\u0323"):
                continue
            old = toned(onset + rhyme, tone)
            if old not in seen:
                seen.add(old)
                yield Written(old, toned(onset + new, tone), toned(onset + rhyme, ""), tone)


def toned(acute: str, tone: str) -> str:
    """Put another tone where the acute stands."""
    parts = unicodedata.normalize("NFD", acute).replace(ACUTE, tone)
    return unicodedata.normalize("NFC", parts)


def _bodies() -> Iterator[tuple[str, str, str]]:
    for rhyme in _PLAIN.split():
        for onset in ("", *_ONSETS.split()):
            if onset or not rhyme.startswith("iế"):
                yield _fronted(onset, rhyme), rhyme, rhyme
    for rhyme in _ROUNDED.split():
        for onset in ("", *(one for one in _ONSETS.split() if one not in _LABIAL)):
            if onset not in ("c", "g"):
                yield onset, rhyme, _NEW.get(rhyme, rhyme)
    for onset, rhymes in (("qu", _AFTER_QU), ("gi", _AFTER_GI), ("", _ALONE)):
        yield from ((onset, rhyme, rhyme) for rhyme in rhymes.split())
    yield from (("g", rhyme, rhyme) for rhyme in ("í", "ín"))
    yield from ((onset, "ý", "ý") for onset in _WITH_Y.split())


def _fronted(onset: str, rhyme: str) -> str:
    if not unicodedata.normalize("NFD", rhyme).startswith(("e", "i", "y")):
        return onset
    return {"c": "k", "g": "gh", "ng": "ngh"}.get(onset, onset)
