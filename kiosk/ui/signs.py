"""What stands on the glass of a box that is not in service: for nobody to touch, in both languages.

A box that was taken out of service sends citizens elsewhere. One that was not let in yet speaks to
its technician, in its agent's words.
"""

from devices.contract.notice import BoxNotice
from kiosk.ui.screen import AnyBody, Claim, Message, Screen, Tone
from kiosk.ui.texts import ENGLISH, VIETNAMESE

_MOST_HEADLINE, _MOST_SENTENCE, _MOST_DETAIL = 60, 110, 70  # letters of a newer agent's words


def sign(name: str, notice: BoxNotice, site: str) -> Screen:
    """Return the screen of a box that serves nobody; `site` is its site's name, where known."""
    citizens, technicians = site or notice.box, _serial(notice) or site
    return Screen(
        name=name,
        title=citizens if notice.retired else technicians,
        badge="",
        language=None,
        banner=None,
        body=_body(notice),
        status=_for_technician(notice) if notice.retired else "",
    )


def _body(notice: BoxNotice) -> AnyBody:
    if notice.retired:
        return Message(
            icon="desk",
            tone=Tone.MAIN,
            title=VIETNAMESE.retired,
            lines=(VIETNAMESE.retired_help, f"{ENGLISH.retired}. {ENGLISH.retired_help}"),
        )
    title = _clipped(notice.headline or VIETNAMESE.starting, _MOST_HEADLINE)
    english = _clipped(notice.english, _MOST_SENTENCE)
    advice = _clipped(notice.advice, _MOST_SENTENCE)
    if notice.claim and notice.words:
        return Claim(
            icon="scan",
            title=title,
            english=english,
            advice=advice,
            caption=f"{VIETNAMESE.four_words} · {ENGLISH.four_words}",
            words=tuple(notice.words.split("-")),
            qr=notice.claim,
        )
    detail = _clipped(notice.detail, _MOST_DETAIL)
    lines = tuple(line for line in (advice, detail, english) if line)
    return Message(icon="paper", tone=Tone.WARN, title=title, lines=lines)


def _serial(notice: BoxNotice) -> str:
    named = f"{VIETNAMESE.serial_number} · {ENGLISH.serial_number}"
    return f"{named}: {notice.serial}" if notice.serial else ""


def _for_technician(notice: BoxNotice) -> str:
    words = notice.words.replace("-", " ")
    return f"{VIETNAMESE.technician}: {words}" if words else ""


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
