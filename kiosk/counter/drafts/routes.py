"""The kiosks' way to hand a draft over, and the officers' room."""

from typing import Annotated

from litestar import Response, Router, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter, QueryParameter

from kiosk.api.dossiers import MOST_PAPERS
from kiosk.api.drafts import DraftKey, DraftTaken, DraftWithdrawn, WithdrawDraft
from kiosk.counter.drafts.bodies import AcceptDraft, DraftList, DropDraft, OpenedDraft, ShowDraft
from kiosk.counter.drafts.desk import DraftsDesk
from kiosk.counter.drafts.face import about
from kiosk.counter.drafts.post import PostRoom
from kiosk.counter.drafts.rows import SentDraft
from kiosk.counter.facing.screens import FacingScreens
from kiosk.counter.guards import AnyRequest, kiosk_only, signed_in

Post = NamedDependency[PostRoom]
Desk = NamedDependency[DraftsDesk]
Facing = NamedDependency[FacingScreens]
SignedIn = NamedDependency[str]
_WORD = r"^[A-Za-z0-9._-]{1,64}(?!\n)$"
RequestId = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{32}(?!\n)$")]
DraftId = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{32}(?!\n)$")]
Word = Annotated[str, QueryParameter(pattern=_WORD)]
PaperAt = Annotated[int, PathParameter(ge=0, le=MOST_PAPERS)]
PageAt = Annotated[int, PathParameter(ge=1, le=1000)]


@get("/api/drafts/key")
async def draft_key(drafts: Post) -> DraftKey:
    """Return what kiosks seal to."""
    return drafts.key()


@put("/api/drafts/{request_id:str}", request_max_body_size=None)
async def send_draft(
    *,
    request_id: RequestId,
    kiosk: Word,
    key: Word,
    service: Word,
    procedure: Word,
    request: AnyRequest,
    drafts: Post,
    language: Annotated[str, QueryParameter(pattern=r"^[a-z]{2,3}(?!\n)$")] = "vi",
    ticket: Annotated[str, QueryParameter(pattern=r"^[A-Z0-9]{0,16}(?!\n)$")] = "",
) -> DraftTaken:
    """Keep the parcel that is the body, as it streams in, and give the number."""
    sent = SentDraft(
        kiosk=kiosk,
        request=request_id,
        key=key,
        service=service,
        procedure=procedure,
        papers=0,
        language=language,
        ticket=ticket,
    )
    return await drafts.receive(sent, request.stream())


@post("/api/drafts/{request_id:str}/withdraw", status_code=200)
async def withdraw_draft(
    request_id: RequestId, data: JSONBody[WithdrawDraft], drafts: Post
) -> DraftWithdrawn:
    """Destroy the citizen's own draft, or refuse it when it comes."""
    await drafts.withdraw(data.kiosk, request_id)
    return DraftWithdrawn()


@get("/drafts")
async def list_drafts(counter: SignedIn, drafts_desk: Desk) -> DraftList:
    """Return the room's whole state."""
    return await drafts_desk.listed(counter)


@get("/drafts/{draft:str}")
async def open_draft(draft: DraftId, counter: SignedIn, drafts_desk: Desk) -> OpenedDraft:
    """Return a draft as the citizen prepared it."""
    return await drafts_desk.opened(counter, draft)


@get("/drafts/{draft:str}/papers/{paper:int}", media_type="application/pdf")
async def draft_paper(
    draft: DraftId, paper: PaperAt, counter: SignedIn, drafts_desk: Desk
) -> Response[bytes]:
    """Return a scanned paper."""
    pdf = await drafts_desk.pdf(counter, draft, paper)
    return Response(pdf, media_type="application/pdf", headers={"content-disposition": "inline"})


@get("/drafts/{draft:str}/papers/{paper:int}/pages/{page:int}", media_type="image/jpeg")
async def draft_page(
    draft: DraftId, paper: PaperAt, page: PageAt, counter: SignedIn, drafts_desk: Desk
) -> Response[bytes]:
    """Return a page as a picture."""
    picture = await drafts_desk.page(counter, draft, paper, page)
    return Response(picture, media_type="image/jpeg")


@post("/drafts/accept", status_code=200)
async def accept_draft(
    data: JSONBody[AcceptDraft], counter: SignedIn, drafts_desk: Desk, facing: Facing
) -> DraftList:
    """Take a draft."""
    await drafts_desk.accept(counter, data.draft, by_hand=data.by_hand)
    facing.forget(about(data.draft))
    return await drafts_desk.listed(counter)


@post("/drafts/drop", status_code=200)
async def drop_draft(
    data: JSONBody[DropDraft], counter: SignedIn, drafts_desk: Desk, facing: Facing
) -> DraftList:
    """Destroy a draft."""
    await drafts_desk.drop(counter, data.draft, data.reason)
    facing.forget(about(data.draft))
    return await drafts_desk.listed(counter)


@post("/drafts/facing", status_code=204)
async def face_draft(
    data: JSONBody[ShowDraft], counter: SignedIn, drafts_desk: Desk, facing: Facing
) -> None:
    """Show a draft, or what became of it, to its citizen, whom the counter serves now."""
    sheet, ticket = await drafts_desk.face(counter, data.draft)
    await facing.show(counter, sheet, ticket)


def draft_routes(site_key: str) -> list[Router]:
    """Return the routes: a kiosk shows the site's key, an officer is signed in."""
    of_kiosks = [draft_key, send_draft, withdraw_draft]
    of_officers = [
        *(list_drafts, open_draft, draft_paper, draft_page),
        *(accept_draft, drop_draft, face_draft),
    ]
    return [
        Router(path="/", route_handlers=of_kiosks, guards=[kiosk_only(site_key)]),
        Router(
            path="/api/officer",
            route_handlers=of_officers,
            dependencies={"counter": Provide(signed_in)},
        ),
    ]
