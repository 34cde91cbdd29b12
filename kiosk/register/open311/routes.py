"""GeoReport v2's calls (docs/openapi/open311.yaml). Errors are its own lists, in the asked form."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import (
    OpenAPIMediaType,
    Operation,
    Parameter,
    RequestBody,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath

from devices.contract.errors import MotcuaError
from devices.web.serve import problem
from kiosk.api import feedback as wire
from kiosk.register.access import OPEN
from kiosk.register.errors import RegisterError
from kiosk.register.open311 import bodies
from kiosk.register.open311.asked import Form, asked, chosen, judge_jurisdiction
from kiosk.register.open311.desk import FeedbackDesk
from kiosk.register.open311.errors import GeoReportError
from kiosk.register.open311.photos import MOST_BYTES, drawn_anew
from kiosk.register.open311.rows import FeedbackRow
from kiosk.register.pages import AnyRequest

BASE: Final = "/open311/v2"
_MOST_FIELDS = 100
_TAGS = ["open311"]
Desk = NamedDependency[FeedbackDesk]
_LIST = tuple[wire.ErrorItem, ...]
_REFUSALS = {
    400: "Wrong or missing arguments.",
    403: "The api_key is missing or wrong.",
    404: "Not found.",
    413: "Too large.",
    429: "Too often: wait as `Retry-After` says.",
    503: "Not now: try again.",
}
_FILTERS = ("service_request_id", "service_code", "start_date", "end_date", "status", "api_key")


def _told(kind: Any, status: int = 200) -> dict[str, Any]:
    """Return how a call is described: GeoReport's statuses, and the body's JSON form."""
    return {
        "opt": OPEN,
        "tags": _TAGS,
        "responses": {
            status: ResponseSpec(
                kind, description="In XML or JSON, as the address ends.", generate_examples=False
            ),
            **{
                code: ResponseSpec(_LIST, description=text, generate_examples=False)
                for code, text in _REFUSALS.items()
            },
        },
    }


class _ReadOperation(Operation):
    """The description of what all reading calls take."""

    takes: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING)
        self.parameters = [
            *(self.parameters or []),
            *(
                Parameter(name=name, param_in="query", schema=text, required=False)
                for name in ("jurisdiction_id", *self.takes)
            ),
        ]


class _WordsOperation(_ReadOperation):
    """The same, in the language `en` when that is asked for."""

    takes = ("locale",)


class _ListOperation(_ReadOperation):
    """The same with the filters of a list."""

    takes = _FILTERS


class _PostOperation(Operation):
    """The description of a POST: a form, with photos as `media` when it is multipart."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING)
        names = (
            *("api_key", "jurisdiction_id", "service_code", "lat", "long", "address_string"),
            *("address_id", "email", "device_id", "account_id", "first_name", "last_name"),
            *("phone", "description", "media_url", "public"),
        )
        plain = Schema(
            type=OpenAPIType.OBJECT,
            properties=dict.fromkeys(names, text),
            required=["api_key", "service_code"],
            description="And `attribute[CODE]` for each question of the service.",
        )
        photo = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        with_photos = Schema(
            type=OpenAPIType.OBJECT,
            properties={
                **dict.fromkeys(names, text),
                "media": Schema(type=OpenAPIType.ARRAY, items=photo),
            },
            required=["api_key", "service_code"],
        )
        self.request_body = RequestBody(
            required=True,
            content={
                "application/x-www-form-urlencoded": OpenAPIMediaType(schema=plain),
                "multipart/form-data": OpenAPIMediaType(schema=with_photos),
            },
        )


@get(
    ["/services.xml", "/services.json"],
    operation_class=_WordsOperation,
    **_told(tuple[wire.Category, ...]),
)
async def services(request: AnyRequest, feedback_desk: Desk) -> Response[bytes]:
    """List what feedback may be about."""
    query = _query(request, feedback_desk)
    language = _one(query, "locale")
    found = tuple(bodies.category(one, language) for one in feedback_desk.config.categories)
    return _answer(request, "services", found)


@get("/services/{name:str}", operation_class=_WordsOperation, **_told(wire.CategoryAttributes))
async def service(request: AnyRequest, name: FromPath[str], feedback_desk: Desk) -> Response[bytes]:
    """Tell what else a service asks; `name` is its code and `.xml` or `.json`."""
    query = _query(request, feedback_desk)
    category = feedback_desk.config.category(_code(name))
    if category is None:
        raise GeoReportError((404, "service_code: was not found"))
    found = bodies.attributes(category, _one(query, "locale"))
    return _answer(request, "service_definition", found)


@post(
    ["/requests.xml", "/requests.json"],
    status_code=201,
    operation_class=_PostOperation,
    request_max_body_size=MOST_BYTES * 4,
    **_told(tuple[wire.RequestMade, ...], 201),
)
async def create(request: AnyRequest, feedback_desk: Desk) -> Response[bytes]:
    """Take feedback. Under an `Idempotency-Key` it is taken once, and answered alike."""
    form, uploads = await _form(request)
    client = feedback_desk.sender(_one(form, "api_key"))
    judge_jurisdiction(_one(form, "jurisdiction_id"), feedback_desk.config)
    told = asked(form, feedback_desk.config)
    if len(uploads) > feedback_desk.config.most_photos:
        raise GeoReportError((400, f"media: {feedback_desk.config.most_photos} photos at most"))
    sent = tuple([await one.read() for one in uploads])
    photos = tuple([await feedback_desk.draw(drawn_anew, one) for one in sent])
    key = request.headers.get("idempotency-key", "")[:128]
    row = await feedback_desk.do(feedback_desk.feedbacks.take, told, photos, sent, client, key)
    notice = feedback_desk.config.notice.get("vi", "")
    made = bodies.made(row, told.category, notice)
    return _answer(request, "service_requests", (made,), 201)


@get("/tokens/{name:str}", operation_class=_ReadOperation, **_told(tuple[wire.TokenKnown, ...]))
async def token(request: AnyRequest, name: FromPath[str], feedback_desk: Desk) -> Response[bytes]:
    """Tell the id that a token was given for."""
    _query(request, feedback_desk)
    row = await feedback_desk.do(feedback_desk.feedbacks.by_token, _code(name))
    if row is None:
        raise GeoReportError((404, "token: was not found"))
    known = wire.TokenKnown(service_request_id=row.code, token=row.token)
    return _answer(request, "service_requests", (known,))


@get(
    ["/requests.xml", "/requests.json"],
    operation_class=_ListOperation,
    **_told(tuple[wire.ServiceRequest, ...]),
)
async def requests(request: AnyRequest, feedback_desk: Desk) -> Response[bytes]:
    """List feedback: what is public, and with an api_key what was sent under it."""
    query = _query(request, feedback_desk)
    what = chosen(query, feedback_desk.clock.now())
    client = feedback_desk.known(_one(query, "api_key"))
    rows = await feedback_desk.do(feedback_desk.feedbacks.chosen, what, client)
    return _answer(request, "service_requests", await _shown(feedback_desk, rows))


@get(
    "/requests/{name:str}", operation_class=_ReadOperation, **_told(tuple[wire.ServiceRequest, ...])
)
async def one_request(
    request: AnyRequest, name: FromPath[str], feedback_desk: Desk
) -> Response[bytes]:
    """Tell how far feedback is: whoever knows its code may ask."""
    _query(request, feedback_desk)
    row = await feedback_desk.do(feedback_desk.feedbacks.feedback, _code(name))
    return _answer(request, "service_requests", await _shown(feedback_desk, [row]))


@get(
    "/media/{photo:str}",
    opt=OPEN,
    tags=_TAGS,
    media_type="image/jpeg",
    responses={
        code: ResponseSpec(_LIST, description=_REFUSALS[code], generate_examples=False)
        for code in (404, 429)
    },
)
async def media(photo: FromPath[str], request: AnyRequest, feedback_desk: Desk) -> Response[bytes]:
    """Return a photo: whoever knows its name may see it."""
    feedback_desk.reads(_address(request))
    jpeg = await feedback_desk.do(feedback_desk.feedbacks.photo, photo)
    return Response(jpeg, media_type="image/jpeg")


def open311_routes() -> Router:
    """Return all calls; what goes wrong in them is answered in their own way."""
    return Router(
        path=BASE,
        route_handlers=[services, service, create, token, requests, one_request, media],
        exception_handlers={Exception: _refusal},
    )


def _refusal(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer any error as GeoReport's list; a bug is logged by the house's own answer."""
    told = problem(request, error)
    status = told.status_code or 500
    if isinstance(error, GeoReportError):
        return _answer(request, "errors", error.reasons, error.reasons[0].code or 400)
    if isinstance(error, RegisterError):
        status = error.status
    elif isinstance(error, HTTPException):
        status = error.status_code
    elif isinstance(error, MotcuaError) and error.retry and status == 409:  # noqa: PLR2004
        status = 503
    item = wire.ErrorItem(code=status, description=told.content.text or "An error.")
    answer = _answer(request, "errors", (item,), status)
    answer.headers.update(
        {name: value for name, value in told.headers.items() if name == "retry-after"}
    )
    return answer


async def _shown(
    desk: FeedbackDesk, rows: Sequence[FeedbackRow]
) -> tuple[wire.ServiceRequest, ...]:
    def shown() -> tuple[wire.ServiceRequest, ...]:
        now = desk.clock.now()
        return tuple(
            bodies.request(row, desk.feedbacks.photos(row.code), desk.config, now, desk.base)
            for row in rows
        )

    return await desk.do(shown)


def _answer(
    request: AnyRequest, root: str, body: bodies.Body, status: int = 200
) -> Response[bytes]:
    """Return the body in the form that the address ends with: XML unless it says JSON."""
    form = "json" if request.url.path.endswith(".json") else "xml"
    content = bodies.written(root, body, form)
    media_type = bodies.JSON if form == "json" else bodies.XML
    return Response(content, status_code=status, media_type=media_type)


def _query(request: AnyRequest, desk: FeedbackDesk) -> Form:
    desk.reads(_address(request))
    query: Mapping[str, list[str]] = request.query_params.dict()
    judge_jurisdiction(_one(query, "jurisdiction_id"), desk.config)
    return query


async def _form(request: AnyRequest) -> tuple[Form, list[UploadFile]]:
    """Return the form's texts by name, and the files sent as `media`."""
    data = await request.form()
    texts: dict[str, list[str]] = {}
    uploads: list[UploadFile] = []
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            uploads += [value] if name in ("media", "media[]") else []
        else:
            texts.setdefault(name, []).append(str(value))
    if len(texts) > _MOST_FIELDS:
        raise GeoReportError((400, f"{_MOST_FIELDS} fields at most"))
    return texts, uploads


def _code(name: str) -> str:
    """Return the name without the form behind it."""
    code, dot, form = name.rpartition(".")
    if not dot or form not in wire.FORMATS:
        raise GeoReportError((404, "format: only xml and json are known"))
    return code


def _one(form: Form, name: str) -> str:
    return (form.get(name) or ("",))[0].strip()


def _address(request: AnyRequest) -> str:
    return request.client.host if request.client else ""
