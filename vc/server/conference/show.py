"""What everybody sees: layout, large picture, content, paper, agenda item (VC-4, VC-8).

One thing is on show at a time, a shared screen or a paper. The first one on show turns the layout
to `content`; the layout before it returns when nothing is on show any more.
"""

from datetime import datetime

from msgspec.structs import replace

from vc.acts import (
    Actor,
    ClosePaper,
    Pin,
    SetItem,
    SetLayout,
    SetRecording,
    ShowPaper,
    StartContent,
    StopContent,
)
from vc.server.conference.errors import ExpelledError, NoSuchThingError, NothingSharedError
from vc.server.conference.roster import in_session, known, with_member
from vc.server.conference.who_may import holds_or_desk, owns_or_desk
from vc.state import ConferenceState, Layout, PaperOnShow


def set_layout(
    state: ConferenceState, act: SetLayout, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Arrange the picture otherwise."""
    in_session(state)
    return replace(state, layout=act.layout)


def pin(state: ConferenceState, act: Pin, _actor: Actor, _now: datetime) -> ConferenceState:
    """Make a member large, or let go."""
    in_session(state)
    if act.member and known(state, act.member).expelled:
        raise ExpelledError
    return replace(state, pinned=act.member)


def start_content(
    state: ConferenceState, act: StartContent, actor: Actor, _now: datetime
) -> ConferenceState:
    """Show a shared screen: one's own while one has the floor, any by the chair's side."""
    in_session(state)
    member = known(state, act.member)
    owns_or_desk(actor, act.member, "the screen")
    holds_or_desk(state, actor)
    if not member.sharing:
        raise NothingSharedError
    return _on_show(state, content=act.member)


def stop_content(
    state: ConferenceState, _act: StopContent, actor: Actor, _now: datetime
) -> ConferenceState:
    """Show no shared screen any more."""
    in_session(state)
    if not state.content:
        return state
    owns_or_desk(actor, state.content, "the screen")
    return _on_show(state)


def show_paper(
    state: ConferenceState, act: ShowPaper, actor: Actor, _now: datetime
) -> ConferenceState:
    """Open a paper at a page, in step: by the chair's side, or by who has the floor."""
    in_session(state)
    holds_or_desk(state, actor)
    paper = next((one for one in state.plan.papers if one.id == act.paper), None)
    if paper is None or act.page > paper.pages:
        raise NoSuchThingError(f"no page {act.page} of paper {act.paper!r}")
    return _on_show(state, paper=PaperOnShow(paper=act.paper, page=act.page))


def close_paper(
    state: ConferenceState, _act: ClosePaper, actor: Actor, _now: datetime
) -> ConferenceState:
    """Close the paper."""
    in_session(state)
    if state.paper is None:
        return state
    holds_or_desk(state, actor)
    return _on_show(state)


def set_item(
    state: ConferenceState, act: SetItem, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Come to an item of the agenda."""
    in_session(state)
    if act.item and all(item.id != act.item for item in state.plan.agenda):
        raise NoSuchThingError(f"no agenda item {act.item!r}")
    return replace(state, item=act.item)


def set_recording(
    state: ConferenceState, act: SetRecording, _actor: Actor, now: datetime
) -> ConferenceState:
    """Say that it is recorded, or is not."""
    in_session(state)
    if act.on == (state.recording_since is not None):
        return state
    return replace(state, recording_since=now if act.on else None)


def shares(state: ConferenceState, member_id: str, *, sharing: bool) -> ConferenceState:
    """Note that a member's shared screen arrives, or does no more."""
    noted = with_member(state, replace(known(state, member_id), sharing=sharing))
    return _on_show(noted) if not sharing and state.content == member_id else noted


def cleared(state: ConferenceState) -> ConferenceState:
    """Return the state with nothing on show."""
    return _on_show(state)


def _on_show(
    state: ConferenceState, *, content: str = "", paper: PaperOnShow | None = None
) -> ConferenceState:
    was, will = _anything(state.content, state.paper), _anything(content, paper)
    layout, before = state.layout, state.layout_before
    if will and not was:
        layout, before = Layout.CONTENT, layout
    elif was and not will and layout is Layout.CONTENT:
        layout = before
    return replace(state, content=content, paper=paper, layout=layout, layout_before=before)


def _anything(content: str, paper: PaperOnShow | None) -> bool:
    return bool(content) or paper is not None
