"""What GeoReport calls are answered with, in XML (required) or JSON (optional; FB-4)."""

from datetime import datetime
from html import escape

import msgspec

from devices.contract.clock import LOCAL, local_day
from kiosk.api import feedback as wire
from kiosk.domain.feedback import STATE_NAMES, answered_in_time, is_overdue, open311_status
from kiosk.register.open311.config import CategoryConfig, FeedbackConfig, Question
from kiosk.register.open311.feedbacks import due_at
from kiosk.register.open311.rows import FeedbackRow, PhotoRow

XML, JSON = "text/xml", "application/json; charset=utf-8"  # Litestar says the charset of texts
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_CHILDREN = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
Body = msgspec.Struct | tuple[msgspec.Struct, ...]


def written(root: str, body: Body, form: str) -> bytes:
    """Return the body in `xml` under this root element, or in `json`."""
    if form == "json":
        return msgspec.json.encode(body)
    return (_HEAD + _element(root, msgspec.to_builtins(body))).encode()


def category(config: CategoryConfig, language: str) -> wire.Category:
    """Return a category as a service."""
    return wire.Category(
        service_code=config.id,
        service_name=_in(config.names, language),
        description=_in(config.about, language),
        metadata=bool(config.questions),
        type=config.type,
        keywords=config.keywords,
        group=config.group,
    )


def attributes(config: CategoryConfig, language: str) -> wire.CategoryAttributes:
    """Return a category's questions."""
    return wire.CategoryAttributes(
        service_code=config.id,
        attributes=tuple(
            _attribute(question, order, language)
            for order, question in enumerate(config.questions, 1)
        ),
    )


def made(row: FeedbackRow, category: CategoryConfig, notice: str) -> wire.RequestMade:
    """Return the answer to a POST."""
    if category.type == "batch":
        return wire.RequestMade(token=row.token, service_notice=notice)
    return wire.RequestMade(service_request_id=row.code, service_notice=notice)


def request(
    row: FeedbackRow, photos: list[PhotoRow], config: FeedbackConfig, now: datetime, base: str
) -> wire.ServiceRequest:
    """Return feedback as a service request: never who sent it."""
    names = STATE_NAMES[row.state]
    of = config.category(row.category)
    return wire.ServiceRequest(
        service_request_id=row.code,
        status=open311_status(row.state),
        status_notes=f"[{names['vi']}] {row.answer}".rstrip(),
        service_name=of.names["vi"] if of else row.category,
        service_code=row.category,
        description=row.told.description,
        agency_responsible="",
        service_notice=config.notice.get("vi", ""),
        requested_datetime=w3c(row.requested_at),
        updated_datetime=w3c(row.updated_at),
        expected_datetime=w3c(due_at(row)),
        address=row.told.address,
        address_id=row.told.address_id,
        zipcode="",
        lat=row.told.lat,
        long=row.told.long,
        media_url=f"{base}/media/{photos[0].id}" if photos else row.told.media_url,
        extended_attributes=wire.Extended(
            state=row.state,
            state_name=names["vi"],
            overdue=is_overdue(row.case, local_day(now)),
            answered_in_time=answered_in_time(row.case),
            commune=config.commune,
            public=row.public,
        ),
    )


def w3c(moment: datetime) -> str:
    """Return a W3C date-time in Viet Nam's zone: `2026-11-21T08:00:00+07:00` (FB-4)."""
    return moment.astimezone(LOCAL).isoformat(timespec="seconds")


def _attribute(question: Question, order: int, language: str) -> wire.Attribute:
    return wire.Attribute(
        variable=True,
        code=question.code,
        datatype=question.datatype,
        required=question.required,
        datatype_description="",
        order=order,
        description=_in(question.names, language),
        values=tuple(
            wire.AttributeValue(key=one.key, name=_in(one.names, language))
            for one in question.choices
        ),
    )


def _in(names: dict[str, str], language: str) -> str:
    return names.get(language) or names.get("vi", "")


def _element(name: str, value: object) -> str:
    if value is None or value == "":
        return f"<{name}/>"
    if isinstance(value, dict):
        inner = "".join(_element(key, item) for key, item in value.items())
    elif isinstance(value, list | tuple):
        inner = "".join(_element(_CHILDREN[name], item) for item in value)
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    else:
        inner = escape(str(value), quote=False)
    return f"<{name}>{inner}</{name}>"
