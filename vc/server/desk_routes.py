"""The API of the chair's side: schedule, links, papers, line tests; beside it what is kept."""

from typing import Any

from litestar import Request, Router, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from devices.contract.errors import BadPayloadError
from devices.contract.message import Done
from vc.server import api
from vc.server.control import Live, in_session
from vc.server.doorway import Doorway
from vc.server.guests import TOKEN_S, Guests
from vc.server.keeping_routes import KEEPING
from vc.server.line_test import LineTests
from vc.server.papers import Papers
from vc.server.plans import Templates
from vc.server.sessions import COOKIE, Sessions, actor_of, at_desk
from vc.signaling.turn import IceServers
from vc.state import ConferencePlan, Paper

AnyRequest = Request[Any, Any, Any]
AtDesk = NamedDependency[api.Session]
TheLive = NamedDependency[Live]
_FORM_BYTES = 2**20
"""What a multipart form adds to its file, at most."""


def desk_routes(max_paper_bytes: int) -> Router:
    """Return the routes; each needs a session of the chair's side."""
    papers = Router(
        path="/api/papers",
        route_handlers=[add_paper],
        request_max_body_size=max_paper_bytes + _FORM_BYTES,
    )
    return Router(
        path="/",
        route_handlers=[
            *(conferences, conference, keep_conference, open_conference, templates, watch),
            *(add_link, test_lines, latest_line_test, papers, *KEEPING),
        ],
        dependencies={"session": Provide(_at_desk)},
    )


async def _at_desk(request: AnyRequest, sessions: NamedDependency[Sessions]) -> api.Session:
    return at_desk(await sessions.find(request.cookies.get(COOKIE)) or api.Session())


@get("/api/conferences")
async def conferences(session: AtDesk, live: TheLive) -> list[api.ConferenceRow]:
    """Return the schedule, the earliest first."""
    del session
    state = live.state
    is_open = state.plan.id if state and in_session(state) else ""
    return [
        api.ConferenceRow(
            id=plan.id,
            title=plan.title,
            starts_at=plan.starts_at,
            phase=phase,
            sites=len(plan.sites),
            is_open=plan.id == is_open,
        )
        for plan, phase in await live.plans()
    ]


@get("/api/conferences/{conference:str}")
async def conference(conference: FromPath[str], session: AtDesk, live: TheLive) -> ConferencePlan:
    """Return a plan, to look at or to edit."""
    del session
    return await live.read(live.store.plan, conference)


@put("/api/conferences/{conference:str}")
async def keep_conference(
    conference: FromPath[str], data: JSONBody[ConferencePlan], session: AtDesk, live: TheLive
) -> ConferencePlan:
    """Keep a plan, new or changed."""
    del session
    if data.id != conference:
        raise BadPayloadError("The plan's id is not the address's.")
    await live.plan(data)
    return data


@post("/api/conferences/{conference:str}/open", status_code=200)
async def open_conference(conference: FromPath[str], session: AtDesk, live: TheLive) -> Done:
    """Make it the open one: its rooms are called."""
    await live.open(conference, actor_of(session))
    return Done()


@get("/api/templates")
async def templates(session: AtDesk, templates: NamedDependency[Templates]) -> list[ConferencePlan]:
    """Return what a new plan can begin with."""
    del session
    return list(templates)


@post("/api/watch", status_code=200)
async def watch(
    session: AtDesk,
    doorway: NamedDependency[Doorway],
    ice: NamedDependency[IceServers],
    live: TheLive,
) -> api.Watch:
    """Let a console see and hear the composed picture."""
    return api.Watch(
        conference=live.session.plan.id,
        play=doorway.watch_token(valid_for_s=TOKEN_S),
        ice_servers=ice.of(session.role),
        relay_only=ice.relay_only,
    )


@post("/api/links")
async def add_link(
    data: JSONBody[api.NewLink], session: AtDesk, guests: NamedDependency[Guests]
) -> api.GuestLink:
    """Make a link for a guest, or for an official of a site."""
    del session
    return await guests.link(data)


@post("/api/line-test", status_code=200)
async def test_lines(
    data: JSONBody[api.LineTestOrder], session: AtDesk, line_tests: NamedDependency[LineTests]
) -> api.LineReport:
    """Test the sites' lines now."""
    del session
    return await line_tests.run(data)


@get("/api/line-test")
async def latest_line_test(
    session: AtDesk, line_tests: NamedDependency[LineTests]
) -> api.LineReport:
    """Return the latest test."""
    del session
    return await line_tests.latest()


@post("/")
async def add_paper(
    request: AnyRequest, session: AtDesk, live: TheLive, papers: NamedDependency[Papers]
) -> Paper:
    """Keep a paper, and put it into its conference's plan."""
    del session
    form = await request.form()
    file = form.get("file")
    title = str(form.get("title") or "")[:200] or "—"
    if not isinstance(file, UploadFile):
        raise BadPayloadError("The form has no `file`.")
    plan = await live.read(live.store.plan, str(form.get("conference") or ""))
    paper = await papers.add(plan.id, title, await file.read())
    await live.add_paper(plan.id, paper)
    return paper
