"""An alert in a sentence. Pure."""

from provisioning.controller.alerts.alert import Alert
from provisioning.controller.alerts.rules import Kind
from provisioning.controller.texts import Language, word

_MOST = 1e9
_FAMILY = {Kind.PART: "part"}


def matter(language: Language, alert: Alert) -> str:
    """Return what is the matter, in few words."""
    kind = alert.key.kind
    value = max(-_MOST, min(alert.value, _MOST))  # a box may say anything
    n = max(len(alert.boxes), round(value)) if alert.is_area else round(value)
    form = word(language, f"alerts.kind.{kind.value}")
    return form.format(n=n, percent=round(value * 100), subject=_subject(language, alert))


def sentence(language: Language, alert: Alert, place: str) -> str:
    """Return what is the matter and where; `place` is the box's or the unit's name."""
    return f"{place}: {matter(language, alert)}"


def _subject(language: Language, alert: Alert) -> str:
    subject = alert.key.subject
    name = word(language, f"{_FAMILY.get(alert.key.kind, 'device')}.{subject}", subject)
    known = alert.code and alert.key.kind is not Kind.PART
    why = word(language, f"code.{alert.code}", alert.text or alert.code) if known else ""
    return f"{name} ({why.rstrip('.')})" if why else name
