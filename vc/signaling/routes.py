"""WHIP (RFC 9725), WHEP (draft-ietf-wish-whep) and our two-way POST, on any Engine.

`POST /whip|whep|room/{conference}` opens a session, `PATCH` and `DELETE /legs/{leg}` tend it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, Router, delete, patch, post, route
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from devices.contract.errors import DeadlinePassedError, MotcuaError
from devices.web.tls import peer_name
from vc.engine.port import Direction, Leg, NoLegError, OfferRefusedError
from vc.messages import IceServer
from vc.signaling import errors
from vc.signaling.door import Door, Limits, Sessions
from vc.signaling.legs import OpenLeg, OpenLegs
from vc.signaling.replies import ANY_ORIGIN, refusal
from vc.signaling.sdp import MAX_SDP_BYTES, ice_users, read_description, read_fragment, text_of
from vc.signaling.turn import link_headers

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
_ENGINE_S = 15.0
_AnyRequest = Request[Any, Any, Any]
_IceOf = Callable[[str], tuple[IceServer, ...]]


def signaling_routes(
    engine: Sessions,
    door: Door,
    ice: _IceOf,
    limits: Limits,
    *,
    legs: OpenLegs | None = None,
    asks_boxes: bool = False,
) -> list[Router]:
    """Return the routes.

    `ice` tells a source its ICE servers. With `asks_boxes` a room must show its box's certificate
    (served with `client_ca_file`). Tell `legs.forget` what the engine says is closed.
    """
    signaling = Signaling(engine, door, ice, limits, legs or OpenLegs(), asks_boxes=asks_boxes)
    return [
        Router(
            path="/",
            route_handlers=[
                *(_options(f"/{door}/{{conference:str}}", _POST) for door in _DOORS),
                _options(
                    "/legs/{leg_id:str}", _TEND
                ),  # before the others, or Litestar adds its own
                *(publish, play, join, patch_leg, end_leg),
            ],
            dependencies={"signaling": Provide(lambda: signaling, sync_to_thread=False)},
            exception_handlers={Exception: refusal},
            request_max_body_size=MAX_SDP_BYTES,
            response_headers=ANY_ORIGIN,
            include_in_schema=False,
        )
    ]


class Signaling:
    """Opens, tends and ends sessions for the handlers below."""

    def __init__(
        self,
        engine: Sessions,
        door: Door,
        ice: _IceOf,
        limits: Limits,
        legs: OpenLegs,
        *,
        asks_boxes: bool,
    ) -> None:
        self._engine = engine
        self._door = door
        self._ice = ice
        self._limits = limits
        self._legs = legs
        self._asks_boxes = asks_boxes

    async def open(
        self, request: _AnyRequest, conference: str, direction: Direction
    ) -> Response[str]:
        """Answer an offer, or a player that comes with none, or none we can use, with ours."""
        address = request.client.host if request.client else ""
        self._limits.knock(address)
        body = await _body(request, SDP)
        player = direction is Direction.PLAY
        user = "" if player and not body else read_description(body).user
        token, leg = await self._admit(request, conference, direction, address)
        try:
            if body:
                async with _deadline():
                    answer = await self._engine.open(leg, text_of(body))
                return self._opened(self._legs.open(leg.id, token, user=user), leg, answer, 201)
        except OfferRefusedError:
            if not player:
                raise
        async with _deadline():
            offer = await self._engine.offer(leg)
        return self._opened(self._legs.open(leg.id, token, offer_waits=True), leg, offer, 406)

    async def change(self, request: _AnyRequest, leg_id: str) -> None:
        """Take candidates, or the answer to our offer."""
        leg = self._legs.of(leg_id, _token(request))
        body = await _body(request, FRAGMENT, SDP)
        try:
            async with _deadline():
                if _content_type(request) == SDP:
                    await self._take_answer(leg, body)
                else:
                    await self._take_candidates(leg, body, request.headers.get("if-match"))
        except NoLegError:
            self._legs.forget(leg_id)
            raise

    async def end(self, request: _AnyRequest, leg_id: str) -> None:
        """End a session."""
        leg = self._legs.of(leg_id, _token(request))
        self._legs.forget(leg_id)
        async with _deadline():
            await self._engine.close(leg.id)

    async def _admit(
        self, request: _AnyRequest, conference: str, direction: Direction, address: str
    ) -> tuple[str, Leg]:
        asked = self._asks_boxes and direction is Direction.BOTH
        box = peer_name(request.scope) if asked else None
        try:
            token = _token(request)
            return token, await self._door.admit(token, conference, direction, box=box)
        except MotcuaError:
            self._limits.refused(address)
            raise

    def _opened(self, kept: OpenLeg, leg: Leg, sdp: str, status: int) -> Response[str]:
        response = Response(sdp, status_code=status, media_type=SDP)
        response.headers["Location"] = f"/legs/{leg.id}"
        response.headers["ETag"] = kept.etag
        response.headers["Accept-Patch"] = f"{FRAGMENT}, {SDP}"
        if links := link_headers(self._ice(leg.source)):
            response.headers["Link"] = ", ".join(links)
        return response

    async def _take_answer(self, leg: OpenLeg, body: bytes) -> None:
        if not leg.offer_waits:
            raise errors.NotOfferedError
        user = read_description(body).user
        await self._engine.accept(leg.id, text_of(body))
        self._legs.keep(msgspec.structs.replace(leg, user=user, offer_waits=False))

    async def _take_candidates(self, leg: OpenLeg, body: bytes, tag: str | None) -> None:
        """Take a fragment as RFC 9725 §4.3.1 asks: the tag first, then whose candidates."""
        if tag is None:
            raise errors.NoPreconditionError
        if not {"*", leg.etag} & {one.strip() for one in tag.split(",")}:
            raise errors.StaleTagError
        if ice_users(body) - {leg.user}:
            raise errors.NoIceRestartError
        read_fragment(body)
        await self._engine.add_candidates(leg.id, text_of(body))


_Signals = NamedDependency[Signaling]


@post("/whip/{conference:str}", status_code=201)
async def publish(
    request: _AnyRequest, conference: FromPath[str], signaling: _Signals
) -> Response[str]:
    """Take picture and sound of somebody (RFC 9725 §4.2)."""
    return await signaling.open(request, conference, Direction.PUBLISH)


@post("/whep/{conference:str}", status_code=201)
async def play(
    request: _AnyRequest, conference: FromPath[str], signaling: _Signals
) -> Response[str]:
    """Give somebody the view and the mix."""
    return await signaling.open(request, conference, Direction.PLAY)


@post("/room/{conference:str}", status_code=201)
async def join(
    request: _AnyRequest, conference: FromPath[str], signaling: _Signals
) -> Response[str]:
    """Take and give, in one session: our own rooms."""
    return await signaling.open(request, conference, Direction.BOTH)


@patch("/legs/{leg_id:str}", status_code=204)
async def patch_leg(request: _AnyRequest, leg_id: FromPath[str], signaling: _Signals) -> None:
    """Take more candidates, or the answer to our offer."""
    await signaling.change(request, leg_id)


@delete("/legs/{leg_id:str}", status_code=200)
async def end_leg(request: _AnyRequest, leg_id: FromPath[str], signaling: _Signals) -> None:
    """End a session."""
    await signaling.end(request, leg_id)


_DOORS = ("whip", "whep", "room")
_POST = {"Accept-Post": SDP, "Access-Control-Allow-Methods": "POST, OPTIONS"}
_TEND = {
    "Accept-Patch": f"{FRAGMENT}, {SDP}",
    "Access-Control-Allow-Methods": "PATCH, DELETE, OPTIONS",
}


def _options(path: str, headers: dict[str, str]) -> Any:
    allowed = {
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, ETag",
        "Access-Control-Max-Age": "600",
        **headers,
    }

    @route(path, http_method=[HttpMethod.OPTIONS], status_code=204, response_headers=allowed)
    async def tell_options() -> None:
        """Answer a browser's preflight, and say what is taken (RFC 9725 §4.2)."""

    return tell_options


async def _body(request: _AnyRequest, *kinds: str) -> bytes:
    """Return the body; nothing needs no type. Raises NotAcceptedTypeError."""
    body = await request.body()
    if body and _content_type(request) not in kinds:
        raise errors.NotAcceptedTypeError(f"The content type must be {' or '.join(kinds)}.")
    return body


def _content_type(request: _AnyRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _token(request: _AnyRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise errors.NoTokenError
    return token.strip()


@asynccontextmanager
async def _deadline() -> AsyncIterator[None]:
    """Bound a wait for the engine; raises DeadlinePassedError."""
    try:
        async with asyncio.timeout(_ENGINE_S):
            yield
    except TimeoutError as error:
        raise DeadlinePassedError("The engine did not answer.") from error
