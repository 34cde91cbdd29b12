"""Feedback (phản ánh kiến nghị) in Open311 GeoReport v2's bodies (domain §6).

Open311 knows only `open` and `closed`; the exact state is in `extended_attributes`, and in brackets
before `status_notes`. A client that looks at neither works all the same (FB-5, FB-6).
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from kiosk.api.words import Answer

LONGEST_DESCRIPTION = 4000  # FB-3
MOST_ROWS = 1000
MOST_DAYS = 90
FORMATS = ("xml", "json")


class DataType(StrEnum):
    """What an attribute of a category takes."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTIPLE = "multivaluelist"


class AttributeValue(Answer, frozen=True, kw_only=True):
    """A choice."""

    key: str
    name: str


class Attribute(Answer, frozen=True, kw_only=True):
    """Something asked beside the description; `variable` is whether a person answers it."""

    variable: bool
    code: str
    datatype: DataType
    required: bool
    datatype_description: str
    order: int
    description: str
    values: tuple[AttributeValue, ...] = ()


class Category(Answer, frozen=True, kw_only=True):
    """A service that feedback is about (`GET /services`)."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: str
    keywords: str
    group: str


class CategoryAttributes(Answer, frozen=True, kw_only=True):
    """What else a category asks (`GET /services/{code}`)."""

    service_code: str
    attributes: tuple[Attribute, ...]


class RequestMade(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a POST: the id, or a token to ask for it with."""

    service_request_id: str = ""
    token: str = ""
    service_notice: str = ""
    account_id: str = ""


class TokenKnown(Answer, frozen=True, kw_only=True):
    """Which request a token is of."""

    service_request_id: str
    token: str


class Extended(Answer, frozen=True, kw_only=True):
    """What Open311 has no word for. `answered_in_time` is None until there is an answer."""

    state: str
    state_name: str
    overdue: bool
    answered_in_time: bool | None
    commune: str
    public: bool


class ServiceRequest(Answer, frozen=True, kw_only=True):
    """A piece of feedback: never who sent it."""

    service_request_id: str
    status: Annotated[str, msgspec.Meta(examples=["open", "closed"])]
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str
    service_notice: str
    requested_datetime: str
    updated_datetime: str
    expected_datetime: str
    address: str
    address_id: str
    zipcode: str
    lat: float | None
    long: float | None
    media_url: str
    extended_attributes: Extended


class ErrorItem(Answer, frozen=True, kw_only=True):
    """One of the errors of a refusal."""

    code: int
    description: str
