"""Open311's answers, XML or JSON, as one kind of value: GeoReport v2 maps one to the other.

XML is read by expat with document types refused, so that no entity grows; depth and size have
bounds. Numbers that other servers write for ids, and nulls, become text.
"""

import json
from datetime import datetime
from xml.parsers import expat

import msgspec

from kiosk.api.feedback import Attribute, AttributeValue, Category, DataType
from kiosk.backoffice.errors import BadAnswerError
from kiosk.domain.feedback import FeedbackState

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]
Fields = dict[str, Plain]
XML_TYPES = frozenset({"text/xml", "application/xml"})
_LISTS = frozenset({"services", "service_requests", "attributes", "values", "errors", "formats"})
_DEEPEST = 12


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """What a feedback system says of one piece of feedback.

    `state` is None when the system says only open or closed; `answer` is its words to the citizen.
    """

    code: str
    category: str
    category_name: str
    closed: bool
    state: FeedbackState | None
    answer: str
    description: str
    agency: str
    requested_at: datetime | None
    updated_at: datetime | None
    expected_at: datetime | None
    overdue: bool | None
    answered_in_time: bool | None


def plain(body: bytes, media_type: str) -> Plain:
    """Return the answer as JSON would have it; raises BadAnswerError."""
    if media_type in XML_TYPES:
        return _xml(body)
    try:
        decoded: Plain = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadAnswerError("The answer is neither XML nor JSON.") from error
    return decoded


def listed(value: Plain) -> list[Fields]:
    """Return the objects of a list; raises BadAnswerError when it is none."""
    items = value if isinstance(value, list) else None
    if items is None or not all(isinstance(item, dict) for item in items):
        raise BadAnswerError("The answer is not a list of objects.")
    return [item for item in items if isinstance(item, dict)]


def fields(value: Plain) -> Fields:
    """Return the object; some servers put the only one into a list."""
    if isinstance(value, dict):
        return value
    items = listed(value)
    if len(items) != 1:
        raise BadAnswerError(f"The answer holds {len(items)} objects, not one.")
    return items[0]


def text(of: Fields, name: str) -> str:
    """Return a field as text, empty when it is not there."""
    value = of.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def reason(body: bytes, media_type: str) -> str:
    """Return what a refusal's list of errors says, empty without one (FB-4)."""
    try:
        errors = listed(plain(body, media_type))
    except BadAnswerError:
        return ""
    return "; ".join(filter(None, (text(one, "description") for one in errors)))


def must(of: Fields, name: str) -> str:
    """Return a field that has to be there; raises BadAnswerError."""
    if not (found := text(of, name)):
        raise BadAnswerError(f"The answer lacks {name}.")
    return found


def category(of: Fields) -> Category:
    """Return a service."""
    return Category(
        service_code=must(of, "service_code"),
        service_name=must(of, "service_name"),
        description=text(of, "description"),
        metadata=text(of, "metadata").lower() == "true",
        type=text(of, "type") or "realtime",
        keywords=text(of, "keywords"),
        group=text(of, "group"),
    )


def attribute(of: Fields) -> Attribute:
    """Return an attribute of a service; raises BadAnswerError for a kind that is none."""
    try:
        kind = DataType(must(of, "datatype"))
    except ValueError as error:
        raise BadAnswerError("The answer has an attribute of no known datatype.") from error
    order = text(of, "order")
    choices = of.get("values") or []
    return Attribute(
        variable=text(of, "variable").lower() == "true",
        code=must(of, "code"),
        datatype=kind,
        required=text(of, "required").lower() == "true",
        datatype_description=text(of, "datatype_description"),
        order=int(order) if order.isascii() and order.isdigit() else 0,
        description=text(of, "description"),
        values=tuple(
            AttributeValue(key=must(one, "key"), name=text(one, "name")) for one in listed(choices)
        ),
    )


def feedback(of: Fields) -> Feedback:
    """Return a service request."""
    status = must(of, "status").lower()
    if status not in ("open", "closed"):
        raise BadAnswerError(f"The answer's status is {status[:20]!r}: neither open nor closed.")
    told = of.get("extended_attributes")
    more = told if isinstance(told, dict) else {}
    state = text(more, "state")
    known = FeedbackState(state) if state in set(FeedbackState) else None
    notes = text(of, "status_notes")
    if known and notes.startswith("["):
        notes = notes.partition("]")[2].strip()
    return Feedback(
        code=must(of, "service_request_id"),
        category=text(of, "service_code"),
        category_name=text(of, "service_name"),
        closed=status == "closed",
        state=known,
        answer=notes,
        description=text(of, "description"),
        agency=text(of, "agency_responsible"),
        requested_at=_moment(of, "requested_datetime"),
        updated_at=_moment(of, "updated_datetime"),
        expected_at=_moment(of, "expected_datetime"),
        overdue=_truth(more, "overdue"),
        answered_in_time=_truth(more, "answered_in_time"),
    )


def _moment(of: Fields, name: str) -> datetime | None:
    """Return a W3C date-time with its zone (FB-4); one without a zone is refused."""
    if not (told := text(of, name)):
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadAnswerError(f"{name} is no W3C date-time with a zone.")
    return moment


def _truth(of: Fields, name: str) -> bool | None:
    return {"true": True, "false": False}.get(text(of, name).lower())


class _Reader:
    """Builds the value while expat reads."""

    def __init__(self) -> None:
        self.value: Plain = None
        self._open: list[tuple[str, list[tuple[str, Plain]], list[str]]] = []

    def begin(self, name: str, _: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise BadAnswerError("The answer's XML is nested too deep.")
        self._open.append((name, [], []))

    def end(self, name: str) -> None:
        _, children, letters = self._open.pop()
        value: Plain
        if name in _LISTS:
            value = [child for _, child in children]
        elif children:
            value = dict(children)
        else:
            value = "".join(letters)
        if self._open:
            self._open[-1][1].append((name, value))
        else:
            self.value = value

    def letters(self, letters: str) -> None:
        if self._open:
            self._open[-1][2].append(letters)

    def doctype(self, *_: object) -> None:
        raise BadAnswerError("The answer's XML has a document type.")


def _xml(body: bytes) -> Plain:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")  # "required everywhere", whatever the document says
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.letters
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError) as error:
        raise BadAnswerError("The answer is not well-formed XML.") from error
    return reader.value
