"""The pages before the pure rules: the API of vc/server/api.py without store, bus or engine."""

import asyncio
import contextlib
import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.response import ServerSentEvent
from PIL import Image, ImageDraw, ImageFont

from devices.contract.clock import SystemClock
from devices.contract.errors import MotcuaError
from devices.contract.message import Done
from devices.web.serve import as_json, common_routes, problem, served
from devices.web.sse import Hub
from tests.vc.example import example_plan
from tests.vc.server.pages.wall_picture import Projector
from tests.vc.signaling.stock_engine import StockEngine
from vc import acts, state
from vc.acts import Act, Actor, AnyAct, Role
from vc.engine.port import Direction, Leg
from vc.messages import LineFigures, LineTested
from vc.server import api
from vc.server.conference import notice, rules
from vc.server.doorway import SeatTakenError
from vc.server.pages.routes import page_routes
from vc.signaling.door import Limits
from vc.signaling.legs import new_leg_id
from vc.signaling.routes import signaling_routes
from vc.signaling.tokens import Claims, Tokens

PINS = {Role.CHAIR: "1357", Role.OPERATOR: "2468"}
GUEST_PIN = "8642"
COOKIE = "session"
AnyRequest = Request[Any, Any, Any]
Rule = Callable[[state.ConferenceState, datetime], rules.Outcome]


class WrongPinError(MotcuaError):
    """Not the PIN."""

    code = "pin.wrong"


class NotSignedInError(MotcuaError):
    """Nobody the backend knows."""

    code = "not_signed_in"


class Backend:
    """One conference. Tests change it from their own thread with `do` and `rule`."""

    def __init__(self, plan: state.ConferencePlan | None = None) -> None:
        self.state = rules.begin(plan or example_plan())
        self.live = api.LiveFigures()
        self.projector = Projector()
        self.engine = StockEngine(self.projector.track)
        self.tokens = Tokens(b"a secret for these tests", SystemClock())
        self.sessions: dict[str, api.Session] = {}
        self.tickets: dict[str, api.Session] = {}
        self.links: dict[str, api.NewLink] = {}
        self.acts: list[Act] = []
        self.saved: dict[str, state.ConferencePlan] = {}
        self.recordings: tuple[api.RecordingRow, ...] = ()
        self.report = api.LineReport()
        self.rooms: set[str] = set()
        """Sites that are in by their rooms."""
        self.port = 0
        self.hub = Hub()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def do(self, *done: AnyAct, by: Role = Role.CHAIR, member: str = "") -> None:
        """Carry out acts as the rules do, from the test's thread."""
        actor = Actor(name="Thử nghiệm", role=by, member=member)
        for act in done:
            self.rule(lambda now, at, act=act: rules.carry_out(now, act, actor, at))  # type: ignore[misc]

    def rule(self, rule: Rule) -> None:
        """Apply a rule in the server's loop, and tell everybody."""
        assert self._loop is not None

        async def apply() -> None:
            self.apply(rule)

        asyncio.run_coroutine_threadsafe(apply(), self._loop).result(10)

    def arrive(self, *members: str) -> None:
        for member in members:
            self.rule(lambda now, at, member=member: rules.arrived(now, member, at))  # type: ignore[misc]

    def apply(self, rule: Rule) -> None:
        """Apply a rule; in the server's own loop."""
        self.state = rule(self.state, datetime.now(UTC)).state
        self.hub.tell("state", as_json(notice.public(self.state)))

    def cut_media(self) -> None:
        """End every session of media from our side, as a server that was killed does."""
        assert self._loop is not None

        async def cut() -> None:
            for leg in list(self.engine.peers):
                await self.engine.close(leg)

        asyncio.run_coroutine_threadsafe(cut(), self._loop).result(10)

    def sign_all_out(self) -> None:
        """Forget every session and end every stream, from the test's thread."""
        assert self._loop is not None
        self.sessions.clear()
        self._loop.call_soon_threadsafe(self.hub.close)

    async def admit(
        self, token: str, conference: str, direction: Direction, *, box: str | None
    ) -> Leg:
        claims = self.tokens.redeem(token, conference, direction, box=box)
        if claims.member in self.rooms and not claims.content:
            raise SeatTakenError
        if direction is Direction.PUBLISH and not claims.content:
            self.apply(lambda now, at: rules.arrived(now, claims.member, at))
        if claims.content:
            self.apply(lambda now, at: rules.shares(now, claims.member, at, sharing=True))
        source = f"content-{claims.member}" if claims.content else claims.member
        return Leg(id=new_leg_id(), source=source, direction=direction, content=claims.content)

    def token(self, member: str, direction: Direction, *, content: bool = False) -> str:
        claims = Claims(
            conference=self.state.plan.id, member=member, direction=direction, content=content
        )
        return self.tokens.issue(claims, valid_for_s=60)

    def who(self, request: AnyRequest) -> api.Session:
        """Return whose request it is; raises NotSignedInError."""
        if found := self.sessions.get(request.cookies.get(COOKIE, "")):
            return found
        raise NotSignedInError

    def signed_in(self, session: api.Session) -> str:
        """Return a new session's cookie."""
        cookie = f"session-{len(self.sessions)}"
        self.sessions[cookie] = session
        return cookie

    def joined(self, ticket: str) -> api.Joined:
        """Return where a guest stands, with fresh tokens when he is in."""
        if ticket not in self.tickets:
            raise NotSignedInError
        member = self.tickets[ticket].member
        known = self.state.member(member)
        waiting = any(one.id == member for one in self.state.waiting)
        if known is None or known.expelled:
            refused = (
                "" if waiting else "conference.expelled" if known else "conference.turned_away"
            )
            return api.Joined(ticket=ticket, waiting=waiting, refused=refused)
        return api.Joined(
            ticket=ticket,
            waiting=False,
            conference=self.state.plan.id,
            member=member,
            publish=self.token(member, Direction.PUBLISH),
            play=self.token(member, Direction.PLAY),
            share=self.token(member, Direction.PUBLISH, content=True),
        )

    @contextlib.contextmanager
    def served(self) -> Iterator["Backend"]:
        """Serve in a thread of its own, for a browser driven by blocking calls."""
        started, done = threading.Event(), threading.Event()

        async def life() -> None:
            self._loop = asyncio.get_running_loop()
            async with served(self._app(), "127.0.0.1", 0) as self.port:
                beat = asyncio.create_task(self._beat())
                started.set()
                await asyncio.to_thread(done.wait)
                beat.cancel()
                self.hub.close()
                await self.engine.aclose()

        thread = threading.Thread(target=asyncio.run, args=(life(),))
        thread.start()
        try:
            assert started.wait(20), "the pages' backend did not start"
            yield self
        finally:
            done.set()
            thread.join()

    async def _beat(self) -> None:
        while True:
            self.hub.tell("live", as_json(self.live))
            await asyncio.sleep(1)

    def _app(self) -> Litestar:
        return Litestar(
            route_handlers=[
                *page_routes(),
                *common_routes(),
                *_api(self),
                *_guests(self),
                *_schedule(self),
                *_things(self),
                *signaling_routes(self.engine, self, lambda _: (), Limits(SystemClock())),
            ],
            exception_handlers={Exception: problem},
            logging_config=None,
        )


def _api(backend: Backend) -> list[Any]:
    @post("/api/sign-in", status_code=200)
    async def sign_in(data: JSONBody[api.SignIn]) -> Response[api.Session]:
        if PINS.get(data.role) != data.pin:
            raise WrongPinError
        session = api.Session(role=data.role, name=data.name, conference=backend.state.plan.id)
        answer = Response(session)
        answer.set_cookie(key=COOKIE, value=backend.signed_in(session), httponly=True)
        return answer

    @post("/api/sign-out", status_code=204)
    async def sign_out(request: AnyRequest) -> None:
        backend.sessions.pop(request.cookies.get(COOKIE, ""), None)

    @get("/api/me")
    async def me(request: AnyRequest) -> api.Session:
        with contextlib.suppress(NotSignedInError):
            return backend.who(request)
        return api.Session()

    @get("/api/state")
    async def whole(request: AnyRequest) -> state.ConferenceState:
        backend.who(request)
        return notice.public(backend.state)

    @get("/api/live")
    async def live(request: AnyRequest) -> ServerSentEvent:
        backend.who(request)
        return backend.hub.stream(("state", as_json(notice.public(backend.state))))

    @post("/api/acts", status_code=200)
    async def act(request: AnyRequest) -> Done:
        who = backend.who(request)
        asked = msgspec.json.decode(await request.body(), type=AnyAct)
        assert isinstance(asked, Act)
        actor = Actor(name=who.name or "?", role=who.role, member=who.member)
        backend.apply(lambda now, at: rules.carry_out(now, asked, actor, at))  # type: ignore[arg-type]
        backend.acts.append(asked)
        return Done()

    @post("/api/watch", status_code=200)
    async def watch(request: AnyRequest) -> api.Watch:
        backend.who(request)
        token = backend.token("console", Direction.PLAY)
        return api.Watch(conference=backend.state.plan.id, play=token)

    return [sign_in, sign_out, me, whole, live, act, watch]


def _guests(backend: Backend) -> list[Any]:
    @post("/api/links", status_code=200)
    async def link(request: AnyRequest, data: JSONBody[api.NewLink]) -> api.GuestLink:
        backend.who(request)
        code = f"link-{len(backend.links)}"
        backend.links[code] = data
        until = datetime.now(UTC) + timedelta(seconds=data.valid_for_s)
        return api.GuestLink(url=f"/join/{code}", pin=GUEST_PIN, name=data.name, valid_until=until)

    @post("/api/join", status_code=200)
    async def join(data: JSONBody[api.Join]) -> Response[api.Joined]:
        if data.pin != GUEST_PIN or data.code not in backend.links:
            raise WrongPinError
        member = backend.links[data.code].member
        role = Role.SITE if member else Role.GUEST
        if not member:
            member = f"khach-{len(backend.tickets)}"
            backend.apply(lambda now, at: rules.guest_knocks(now, member, data.name, at))
        session = api.Session(role=role, name=data.name, member=member)
        ticket = f"a-ticket-of-{member}-{len(backend.tickets)}"
        backend.tickets[ticket] = session
        answer = Response(backend.joined(ticket))
        answer.set_cookie(key=COOKIE, value=backend.signed_in(session), httponly=True)
        return answer

    @get("/api/join/{ticket:str}")
    async def ask_again(ticket: FromPath[str]) -> api.Joined:
        return backend.joined(ticket)

    return [link, join, ask_again]


def _schedule(backend: Backend) -> list[Any]:
    @get("/api/conferences")
    async def conferences(request: AnyRequest) -> list[api.ConferenceRow]:
        backend.who(request)
        now = backend.state
        plans = [now.plan, *(one for key, one in backend.saved.items() if key != now.plan.id)]
        return [
            api.ConferenceRow(
                id=plan.id,
                title=plan.title,
                starts_at=plan.starts_at,
                phase=now.phase if plan.id == now.plan.id else state.Phase.PLANNED,
                sites=len(plan.sites),
                is_open=plan.id == now.plan.id and now.phase is not state.Phase.PLANNED,
            )
            for plan in plans
        ]

    @get("/api/conferences/{conference:str}")
    async def plan(conference: FromPath[str]) -> state.ConferencePlan:
        return backend.saved.get(conference, backend.state.plan)

    @put("/api/conferences/{conference:str}")
    async def save(
        conference: FromPath[str], data: JSONBody[state.ConferencePlan]
    ) -> state.ConferencePlan:
        rules.begin(data)
        backend.saved[conference] = data
        return data

    @post("/api/conferences/{conference:str}/open", status_code=200)
    async def open_it(conference: FromPath[str]) -> Done:
        del conference
        actor = Actor(name="Kỹ thuật", role=Role.OPERATOR)
        backend.apply(lambda now, at: rules.carry_out(now, acts.OpenLobby(), actor, at))
        return Done()

    @get("/api/templates")
    async def templates() -> list[state.ConferencePlan]:
        return [example_plan()]

    return [conferences, plan, save, open_it, templates]


def _things(backend: Backend) -> list[Any]:
    @get("/api/line-test")
    async def last_test() -> api.LineReport:
        return backend.report

    @post("/api/line-test", status_code=200)
    async def test_lines(data: JSONBody[api.LineTestOrder]) -> api.LineReport:
        backend.report = api.LineReport(
            conference=backend.state.plan.id,
            at=datetime.now(UTC),
            results=tuple(_tested(one, data.for_s) for one in backend.state.members),
        )
        return backend.report

    @get("/api/papers/{paper:str}/{page:str}", media_type="image/png")
    async def page(paper: FromPath[str], page: FromPath[str]) -> bytes:
        return _page(f"{paper} · {page.removesuffix('.png')}")

    @post("/api/papers", status_code=200)
    async def upload(request: AnyRequest) -> state.Paper:
        form = await request.form()
        return state.Paper(id="tai-lieu-moi", title=str(form["title"]), pages=2)

    @get("/api/recordings")
    async def recordings() -> tuple[api.RecordingRow, ...]:
        return backend.recordings

    @get("/recordings/{name:str}", media_type=MediaType.TEXT)
    async def recording(name: FromPath[str]) -> Response[bytes]:
        del name
        return Response(b"", media_type="video/mp4")

    return [last_test, test_lines, page, upload, recordings, recording]


def _tested(one: state.Member, for_s: float) -> api.LineResult:
    if not one.connected:
        return api.LineResult(
            member=one.id, name=one.name, line=state.Line.LOST, error="Không trả lời"
        )
    figures = LineFigures(bitrate_kbps=1480, loss_percent=0.1, round_trip_ms=23, fps=25)
    problems = ("microphone.silent",) if one.id == "gio-linh" else ()
    tested = LineTested(
        took_s=for_s, up=figures, down=figures, microphone_dbfs=-27, echo_db=38, problems=problems
    )
    return api.LineResult(member=one.id, name=one.name, line=state.Line.GOOD, tested=tested)


def _page(words: str) -> bytes:
    image = Image.new("RGB", (595, 842), "white")
    draw = ImageDraw.Draw(image)
    draw.text((60, 60), words, fill="black", font=ImageFont.load_default(28))
    for at in range(18):
        draw.rectangle((60, 140 + at * 34, 60 + (470 - at % 5 * 60), 150 + at * 34), fill="#c8ced8")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
