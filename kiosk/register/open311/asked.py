"""A GeoReport call read and judged: every reason to refuse at once."""

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from kiosk.api.feedback import LONGEST_DESCRIPTION, MOST_DAYS, DataType
from kiosk.register.open311.config import CategoryConfig, FeedbackConfig, Question
from kiosk.register.open311.errors import GeoReportError

Form = Mapping[str, Sequence[str]]
_LIMITS = {
    "address_string": 500,
    "address_id": 100,
    "email": 254,
    "first_name": 100,
    "last_name": 100,
    "phone": 20,
    "media_url": 2000,
    "device_id": 200,
    "account_id": 200,
    "description": LONGEST_DESCRIPTION,
}
_LONGEST_ANSWER = 1000
_ATTRIBUTE = "attribute["
_LATITUDE, _LONGITUDE = 90.0, 180.0
_SPAN = timedelta(days=MOST_DAYS)
_YEARS = range(1970, 3000)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Feedback as it was sent, judged."""

    category: CategoryConfig
    description: str
    address: str
    address_id: str
    lat: float | None
    long: float | None
    answers: dict[str, list[str]]
    media_url: str
    name: str
    phone: str
    email: str
    may_be_public: bool

    def digest(self, photos: Sequence[bytes]) -> str:
        """Return what tells this request from another under the same key."""
        whole = hashlib.sha256(msgspec.json.encode(self, order="deterministic"))
        for photo in photos:
            whole.update(hashlib.sha256(photo).digest())
        return whole.hexdigest()


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which feedback is asked for."""

    codes: tuple[str, ...]
    categories: tuple[str, ...]
    first: datetime
    last: datetime
    closed: bool | None


def asked(form: Form, config: FeedbackConfig) -> Asked:
    """Return what a POST says; raises GeoReportError with everything that is wrong."""
    reasons: list[tuple[int, str]] = []
    category = _category(form, config, reasons)
    one = {name: _line(form, name, limit, reasons) for name, limit in _LIMITS.items()}
    lat, long = (
        _degrees(form, "lat", _LATITUDE, reasons),
        _degrees(form, "long", _LONGITUDE, reasons),
    )
    if (lat is None) != (long is None):
        reasons.append((400, "lat and long: both are needed, or none"))
    if lat is None and not one["address_string"] and not one["address_id"]:
        reasons.append((400, "location: lat and long, address_string or address_id is needed"))
    if one["media_url"] and not one["media_url"].startswith(("https://", "http://")):
        reasons.append((400, "media_url: is no web address"))
    answers = _answers(form, category, reasons) if category else {}
    if reasons or category is None:
        raise GeoReportError(*reasons)
    return Asked(
        category=category,
        description=one["description"],
        address=one["address_string"],
        address_id=one["address_id"],
        lat=lat,
        long=long,
        answers=answers,
        media_url=one["media_url"],
        name=" ".join(filter(None, (one["last_name"], one["first_name"]))),
        phone=one["phone"],
        email=one["email"],
        may_be_public=_first(form, "public").lower() == "true",
    )


def judge_jurisdiction(jurisdiction: str, config: FeedbackConfig) -> None:
    """Raise GeoReportError when another place's jurisdiction is named; none is ours."""
    if jurisdiction and jurisdiction != config.jurisdiction:
        raise GeoReportError((404, "jurisdiction_id: was not found"))


def chosen(query: Form, now: datetime) -> Filter:
    """Return what `GET /requests` asks for: the last 90 days unless it says others (FB-3).

    `service_request_id` overrides everything else.
    """
    if codes := _several(query, "service_request_id"):
        return Filter(codes=codes, categories=(), first=now - _SPAN, last=now, closed=None)
    reasons: list[tuple[int, str]] = []
    first, last = (_moment(query, name, reasons) for name in ("start_date", "end_date"))
    if reasons:
        raise GeoReportError(*reasons)
    if first is None and last is None:
        first, last = now - _SPAN, now
    first = first or (last or now) - _SPAN
    last = last or first + _SPAN
    status = _first(query, "status").lower()
    if status not in ("", "open", "closed", "open,closed", "closed,open"):
        reasons.append((400, "status: is open or closed"))
    if not timedelta(0) <= last - first <= _SPAN:
        reasons.append((400, f"start_date and end_date: span 0 to {MOST_DAYS} days"))
    if reasons:
        raise GeoReportError(*reasons)
    return Filter(
        codes=(),
        categories=_several(query, "service_code"),
        first=first,
        last=last,
        closed={"open": False, "closed": True}.get(status),
    )


def cleaned(text: str) -> str:
    """Return the text in NFC, with the characters that XML 1.0 may hold, and no space around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in lines if letter in "\n\t" or _is_xml(letter))
    return unicodedata.normalize("NFC", kept).strip()


def _is_xml(letter: str) -> bool:
    """Return whether XML 1.0 §2.2 has this character (and controls of C1 are left out too)."""
    return unicodedata.category(letter) not in ("Cc", "Cs") and letter not in "\ufffe\uffff"


def _first(form: Form, name: str) -> str:
    values = form.get(name) or ("",)
    return cleaned(values[0])


def _several(form: Form, name: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in _first(form, name).split(","))))[:100]


def _line(form: Form, name: str, limit: int, reasons: list[tuple[int, str]]) -> str:
    text = _first(form, name)
    if len(text) > limit:
        reasons.append((400, f"{name}: is longer than {limit} characters"))
        return ""
    return text


def _degrees(form: Form, name: str, most: float, reasons: list[tuple[int, str]]) -> float | None:
    if not (text := _first(form, name)):
        return None
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not -most <= value <= most:  # nan is not
        reasons.append((400, f"{name}: is no number between -{most:g} and {most:g}"))
        return None
    return value


def _moment(form: Form, name: str, reasons: list[tuple[int, str]]) -> datetime | None:
    if not (text := _first(form, name)):
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a plus that was not encoded
    except ValueError:
        moment = None
    if moment and moment.tzinfo and moment.year in _YEARS:
        return moment.astimezone(UTC)
    reasons.append((400, f"{name}: is no W3C date-time with a time zone"))
    return None


def _category(
    form: Form, config: FeedbackConfig, reasons: list[tuple[int, str]]
) -> CategoryConfig | None:
    if not (code := _first(form, "service_code")):
        reasons.append((400, "service_code: was not provided"))
        return None
    if (category := config.category(code)) is None:
        reasons.append((404, "service_code: was not found"))
    return category


def _answers(
    form: Form, category: CategoryConfig, reasons: list[tuple[int, str]]
) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, values in form.items():
        if name.startswith(_ATTRIBUTE) and "]" in name:
            code = name[len(_ATTRIBUTE) :].partition("]")[0]
            given.setdefault(code, []).extend(filter(None, map(cleaned, values)))
    questions = {one.code: one for one in category.questions}
    reasons += [
        (400, "attribute: one is not asked by this service_code")
        for code in given
        if code not in questions
    ][:1]
    for code, question in questions.items():
        reasons += [(400, f"attribute[{code}]: {why}") for why in _wrong(question, given.get(code))]
    return {code: values for code, values in given.items() if values and code in questions}


def _wrong(question: Question, values: list[str] | None) -> list[str]:
    if not values:
        return ["is required"] if question.required else []
    if len(values) > 1 and question.datatype is not DataType.MULTIPLE:
        return ["takes one value"]
    return [] if all(_fits(question, value) for value in values) else ["has a wrong value"]


def _fits(question: Question, value: str) -> bool:
    match question.datatype:
        case DataType.SINGLE | DataType.MULTIPLE:
            return value in {one.key for one in question.choices}
        case DataType.NUMBER:
            return _is_number(value)
        case DataType.DATETIME:
            return _is_moment(value)
        case DataType.STRING:
            return len(value) <= _LONGEST_ANSWER and "\n" not in value
        case DataType.TEXT:
            return len(value) <= _LONGEST_ANSWER


def _is_number(value: str) -> bool:
    try:
        return isinstance(json.loads(value), int | float) and math.isfinite(float(value))
    except (ValueError, RecursionError):
        return False


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
