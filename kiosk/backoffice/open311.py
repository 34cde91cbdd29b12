"""The province's feedback system, by Open311 GeoReport v2: the only way there is (domain §12).

`key` of a post goes as `Idempotency-Key`, which is no part of GeoReport: our own register honours
it, and `posts_again` says that this system does. Where it does not, a post whose answer was lost is
not repeated: an officer is asked to look (MaybeThereError).
"""

from datetime import datetime
from typing import Annotated, Protocol
from urllib.parse import urlencode
from uuid import uuid4

import msgspec

from devices.contract.config import Config
from kiosk.api.feedback import Attribute, Category
from kiosk.backoffice.config import LinkConfig, SecretFile
from kiosk.backoffice.errors import (
    BackOfficeDownError,
    BadAnswerError,
    MaybeThereError,
    RequestRefusedError,
    TokenRefusedError,
)
from kiosk.backoffice.http import FORM, Call, HttpEdge, Reply, segment
from kiosk.backoffice.open311_reading import (
    Feedback,
    Plain,
    attribute,
    category,
    feedback,
    fields,
    listed,
    must,
    plain,
    text,
)

_FORBIDDEN = 403


class Open311Config(Config, frozen=True, kw_only=True):
    """A GeoReport v2 endpoint. `xml` asks for XML, which every one has; JSON is optional there."""

    link: LinkConfig
    api_key: SecretFile | None = None
    jurisdiction: Annotated[str, msgspec.Meta(max_length=200)] = ""
    xml: bool = True
    posts_again: bool = False


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of the place: JPEG."""

    jpeg: bytes


class NewFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """What a citizen tells. A place is needed: coordinates, or an address in words."""

    category: str
    description: str
    address: str = ""
    lat: float | None = None
    long: float | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    name: str = ""
    phone: str = ""
    email: str = ""
    public: bool = False
    photos: tuple[Photo, ...] = ()


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What the system calls it: a code to follow it by, or a token to ask for that code with."""

    code: str
    token: str
    notice: str


class FeedbackSystem(Protocol):
    """A feedback system. Every method raises a BackOfficeError."""

    async def categories(self) -> tuple[Category, ...]:
        """Return what feedback may be about."""
        ...

    async def attributes(self, category: str) -> tuple[Attribute, ...]:
        """Return what else a category asks; raises NotThereError."""
        ...

    async def tell(self, new: NewFeedback, key: str) -> Taken:
        """Hand in feedback."""
        ...

    async def code_of(self, token: str) -> str:
        """Return the code that a token was given for, empty while there is none yet."""
        ...

    async def feedback(self, code: str) -> Feedback:
        """Return how far it is; raises NotThereError."""
        ...

    async def all_between(
        self, first: datetime, last: datetime, *, category: str = "", closed: bool | None = None
    ) -> tuple[Feedback, ...]:
        """Return what was requested between two moments, 90 days at most (FB-3)."""
        ...


class Open311Client:
    """A GeoReport v2 endpoint over HTTP. Whoever made the edge ends it."""

    def __init__(self, edge: HttpEdge, config: Open311Config) -> None:
        self._edge = edge
        self._jurisdiction = config.jurisdiction
        self._api_key = config.api_key.text() if config.api_key else ""
        self._format = "xml" if config.xml else "json"
        self._again = config.posts_again

    async def categories(self) -> tuple[Category, ...]:
        """Return what feedback may be about."""
        return tuple(category(one) for one in listed(await self._read("/services")))

    async def attributes(self, category: str) -> tuple[Attribute, ...]:
        """Return what else a category asks, in its order."""
        told = fields(await self._read(f"/services/{segment(category)}"))
        asked = [attribute(one) for one in listed(told.get("attributes") or [])]
        return tuple(sorted(asked, key=lambda one: one.order))

    async def tell(self, new: NewFeedback, key: str) -> Taken:
        """Hand in feedback: form-encoded, or multipart when there are photos."""
        pairs = self._pairs(new)
        if new.photos:
            boundary = uuid4().hex
            body, media_type = _multipart(pairs, new.photos, boundary)
        else:
            body, media_type = urlencode(pairs).encode(), f"{FORM}; charset=utf-8"
        call = Call(
            method="POST",
            path=f"/requests.{self._format}",
            body=body,
            media_type=media_type,
            accept="*/*",
            headers=(("idempotency-key", key),),
            repeatable=self._again,
        )
        try:
            reply = await self._edge.ask(call)
        except RequestRefusedError as error:
            if error.status == _FORBIDDEN:  # a wrong api_key, says GeoReport v2
                raise TokenRefusedError from error
            raise
        except BackOfficeDownError as error:
            if self._again or error.untouched:
                raise
            raise MaybeThereError from error
        told = fields(_plain(reply))
        taken = Taken(
            code=text(told, "service_request_id"),
            token=text(told, "token"),
            notice=text(told, "service_notice"),
        )
        if not taken.code and not taken.token:
            raise BadAnswerError("The answer has neither an id nor a token.")
        return taken

    async def code_of(self, token: str) -> str:
        """Return the code that a token was given for, empty while there is none yet."""
        told = fields(await self._read(f"/tokens/{segment(token)}"))
        return text(told, "service_request_id")

    async def feedback(self, code: str) -> Feedback:
        """Return how far it is."""
        told = fields(await self._read(f"/requests/{segment(code)}"))
        if must(told, "service_request_id") != code:
            raise BadAnswerError("The answer is about other feedback.")
        return feedback(told)

    async def all_between(
        self, first: datetime, last: datetime, *, category: str = "", closed: bool | None = None
    ) -> tuple[Feedback, ...]:
        """Return what was requested between two moments, 90 days at most."""
        query = [
            ("start_date", first.isoformat(timespec="seconds")),
            ("end_date", last.isoformat(timespec="seconds")),
        ]
        if category:
            query.append(("service_code", category))
        if closed is not None:
            query.append(("status", "closed" if closed else "open"))
        if self._api_key:
            query.append(("api_key", self._api_key))
        return tuple(feedback(one) for one in listed(await self._read("/requests", query)))

    async def _read(self, path: str, query: list[tuple[str, str]] | None = None) -> Plain:
        pairs = [*(query or [])]
        if self._jurisdiction:
            pairs.append(("jurisdiction_id", self._jurisdiction))
        call = Call(path=f"{path}.{self._format}", query=tuple(pairs), accept="*/*")
        return _plain(await self._edge.ask(call))

    def _pairs(self, new: NewFeedback) -> list[tuple[str, str]]:
        asked: list[tuple[str, str]] = [
            ("api_key", self._api_key),
            ("jurisdiction_id", self._jurisdiction),
            ("service_code", new.category),
            ("description", new.description),
            ("address_string", new.address),
            ("last_name", new.name),
            ("phone", new.phone),
            ("email", new.email),
            ("public", "true" if new.public else ""),
        ]
        if new.lat is not None and new.long is not None:
            asked += [("lat", f"{new.lat:.6f}"), ("long", f"{new.long:.6f}")]
        asked += [(f"attribute[{code}]", value) for code, value in new.attributes]
        return [(name, value) for name, value in asked if value]


def _plain(reply: Reply) -> Plain:
    return plain(reply.body, reply.media_type)


def _multipart(
    pairs: list[tuple[str, str]], photos: tuple[Photo, ...], boundary: str
) -> tuple[bytes, str]:
    """Return body and media type (RFC 7578)."""
    parts = [
        f'--{boundary}\r\ncontent-disposition: form-data; name="{_named(name)}"\r\n\r\n'
        f"{value}\r\n".encode()
        for name, value in pairs
    ]
    for number, photo in enumerate(photos, 1):
        head = (
            f'--{boundary}\r\ncontent-disposition: form-data; name="media";'
            f' filename="{number}.jpg"\r\ncontent-type: image/jpeg\r\n\r\n'
        )
        parts += [head.encode(), photo.jpeg, b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def _named(name: str) -> str:
    """Return a field's name as a header may hold it (HTML Living Standard, multipart/form-data)."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
