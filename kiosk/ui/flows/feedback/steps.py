"""Writing feedback: from page to page, back, and to the counter server."""

from msgspec.structs import replace

from kiosk.api.site_feedback import FeedbackTaken
from kiosk.papers.feedback import FeedbackSent, feedback_slip
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.facts import Page
from kiosk.ui.flows import slips
from kiosk.ui.flows.feedback import pages
from kiosk.ui.flows.feedback.pages import (
    LONGEST,
    AboutFeedback,
    AnyPage,
    AskOffer,
    FeedbackAbout,
    FeedbackContact,
    FeedbackDone,
    FeedbackDoor,
    FeedbackDraft,
    FeedbackEdit,
    FeedbackMethod,
    FeedbackName,
    FeedbackNotice,
    FeedbackPart,
    FeedbackPhone,
    FeedbackPhoto,
    FeedbackPlace,
    FeedbackPlaces,
    FeedbackReview,
    FeedbackText,
    SendFeedbackDraft,
    ShootFeedbackPhoto,
    WipeFeedbackPhoto,
)
from kiosk.ui.flows.menu.pages import Menu
from kiosk.ui.flows.typing import is_done, typed
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import Typing, field
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import State

_KINDS = {"text": Kind.TEXT, "place": Kind.PLACE, "name": Kind.NAME, "phone": Kind.PHONE}
_Typed = FeedbackText | FeedbackPlace | FeedbackName | FeedbackPhone
_BELONGS: dict[type[Page], type[Page]] = {
    FeedbackPlace: FeedbackPlaces,
    FeedbackName: FeedbackContact,
    FeedbackPhone: FeedbackContact,
}
"""Pages that are part of another step."""


def is_offered(state: State) -> bool:
    """Return whether feedback is taken here and now."""
    site = state.world.site
    return bool(state.world.reachable and site and site.feedback)


def door(state: State, page: FeedbackDoor, action: AnyAction) -> Step:
    """Act on the first question."""
    match action:
        case Back() | Leave():
            return turn(state, Menu())
        case pages.StartFeedback() if not page.asked:
            ask = state.asks + 1
            return turn(replace(state, asks=ask), FeedbackDoor(ask=ask), AskOffer(ask=ask))
        case _:
            return stay(state)


def offered(state: State, event: pages.FeedbackOffered) -> Step:
    """Begin to write, if somebody still waits for that."""
    if not isinstance(state.page, FeedbackDoor) or state.page.ask != event.ask:
        return stay(state)
    state = replace(state, asks=state.asks + 1)
    draft = FeedbackDraft(
        offer=event.offer,
        takes_photos=event.takes_photos,
        ask=state.asks,
        tone_style=state.rules.tone_style,
    )
    return turn(state, FeedbackNotice(draft=draft))


def not_offered(state: State, event: pages.FeedbackNotOffered, now: float) -> Step:
    """Say that nobody answers."""
    if not isinstance(state.page, FeedbackDoor) or state.page.ask != event.ask:
        return stay(state)
    return stay(tell(replace(state, page=FeedbackDoor()), now, AboutFeedback.NO_ANSWER))


def notice(state: State, page: FeedbackNotice, action: AnyAction) -> Step:
    """Act on the notice."""
    if isinstance(action, pages.GoOnFeedback):
        return _on(state, page, page.draft)
    return _back(state, page) if isinstance(action, Back | Leave) else stay(state)


def about(state: State, page: FeedbackAbout, action: AnyAction) -> Step:
    """Act on the categories."""
    known = {one.id for one in page.draft.offer.categories}
    match action:
        case pages.SetFeedbackCategory(category=category) if category in known:
            return _on(state, page, replace(page.draft, category=category))
        case pages.ShowFeedbackRows(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back() | Leave():
            return _back(state, page)
        case _:
            return stay(state)


def method(state: State, page: FeedbackMethod, action: AnyAction) -> Step:
    """Act on how one types."""
    match action:
        case pages.SetTypingMethod(method=chosen):
            return _on(state, page, replace(page.draft, method=chosen))
        case Back() | Leave():
            return _back(state, page)
        case _:
            return stay(state)


def write(state: State, page: _Typed, action: AnyAction, now: float) -> Step:
    """Act on a keyboard: what stands in its field is of the draft when it is done."""
    if typing := typed(page.typing, action):
        return turn(state, replace(page, typing=typing))
    if isinstance(action, Back | Leave):
        return _back(state, page)
    return _written(state, page, now) if is_done(action) else stay(state)


def _written(state: State, page: _Typed, now: float) -> Step:
    text = page.typing.text.strip()
    match page:
        case FeedbackText() if not text:
            return stay(tell(state, now, AboutFeedback.NOTHING_WRITTEN))
        case FeedbackText():
            return _on(state, page, replace(page.draft, text=text))
        case FeedbackPlace():
            return _on(state, page, replace(page.draft, place=text))
        case FeedbackName():
            draft = replace(page.draft, name=text)
            return turn(state, FeedbackPhone(draft=draft, typing=_field(draft, "phone")))
        case _ if 0 < len(text) < pages.PHONE_DIGITS:
            return stay(tell(state, now, AboutFeedback.SHORT_PHONE))
        case _:
            return _on(state, page, replace(page.draft, phone=text))


def places(state: State, page: FeedbackPlaces, action: AnyAction) -> Step:
    """Act on the commune's places."""
    match action:
        case pages.SetFeedbackPlace(place=place) if place in page.draft.offer.places:
            return _on(state, page, replace(page.draft, place=place))
        case pages.TypeFeedbackPlace():
            return turn(state, FeedbackPlace(draft=page.draft, typing=_field(page.draft, "place")))
        case pages.GoOnFeedback():
            return _on(state, page, replace(page.draft, place=""))
        case pages.ShowFeedbackRows(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back() | Leave():
            return _back(state, page)
        case _:
            return stay(state)


def photo(state: State, page: FeedbackPhoto, action: AnyAction) -> Step:
    """Act on the photo."""
    match action:
        case pages.TakeFeedbackPhoto() if not page.asked:
            ask = state.asks + 1
            shoot = ShootFeedbackPhoto(ask=ask)
            return turn(replace(state, asks=ask), replace(page, ask=ask), shoot)
        case pages.DropFeedbackPhoto():
            draft = replace(page.draft, photo=b"")
            return turn(state, FeedbackPhoto(draft=draft), WipeFeedbackPhoto())
        case pages.GoOnFeedback():
            return _on(state, page, page.draft)
        case Back() | Leave():
            return _back(state, page)
        case _:
            return stay(state)


def photographed(
    state: State, event: pages.FeedbackPhotoTaken | pages.FeedbackPhotoMissing, now: float
) -> Step:
    """Show the photo to whoever still waits for it, or say that there is none."""
    page = state.page
    if not isinstance(page, FeedbackPhoto) or page.ask != event.ask:
        return _nobodys(state, event)
    if isinstance(event, pages.FeedbackPhotoTaken):
        draft = replace(page.draft, photo=event.photo)
        return turn(state, FeedbackPhoto(draft=draft), WipeFeedbackPhoto())
    state = replace(state, page=replace(page, ask=0))
    return stay(tell(state, now, AboutFeedback.NO_PHOTO))


def _nobodys(state: State, event: pages.FeedbackPhotoTaken | pages.FeedbackPhotoMissing) -> Step:
    """Have a photo wiped that nobody waits for; while a newer one is taken, with that one."""
    page = state.page
    newer = isinstance(page, FeedbackPhoto) and page.asked
    if newer or isinstance(event, pages.FeedbackPhotoMissing):
        return stay(state)
    return state, (WipeFeedbackPhoto(),)


def contact(state: State, page: FeedbackContact, action: AnyAction) -> Step:
    """Act on whether the citizen wants to be known."""
    match action:
        case pages.StayNameless():
            return _on(state, page, replace(page.draft, name="", phone=""))
        case pages.GiveMyName():
            return turn(state, FeedbackName(draft=page.draft, typing=_field(page.draft, "name")))
        case pages.ToggleFeedbackPublic():
            return turn(state, replace(page, draft=_other_public(page.draft)))
        case Back() | Leave():
            return _back(state, page)
        case _:
            return stay(state)


def review(state: State, page: FeedbackReview, action: AnyAction) -> Step:
    """Act on all that was written. What may be there already is sent again as it is, or not."""
    draft = page.draft
    match action:
        case _ if page.asked:
            return stay(state)
        case pages.SendFeedbackNow():
            send = SendFeedbackDraft(draft=draft, language=state.language)
            return turn(state, replace(page, asked=True), send)
        case Leave():
            return leave(state)
        case pages.EditFeedback() if not draft.tried:
            return turn(state, FeedbackEdit(draft=draft))
        case _:
            return _leafed(state, page, action)


def _leafed(state: State, page: FeedbackReview, action: AnyAction) -> Step:
    match action:
        case pages.ShowFeedbackPart(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() if page.part:
            return turn(state, replace(page, part=page.part - 1))
        case Back() if not page.draft.tried:
            return turn(state, FeedbackEdit(draft=page.draft))
        case _:
            return stay(state)


def edit(state: State, page: FeedbackEdit, action: AnyAction) -> Step:
    """Act on what shall be changed."""
    draft = page.draft
    match action:
        case pages.EditFeedbackPart(what=what) if target := _target(draft, what):
            return turn(state, target)
        case pages.ToggleFeedbackPublic():
            return turn(state, replace(page, draft=_other_public(draft)))
        case pages.ShowFeedbackRows(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back() | Leave():
            return turn(state, FeedbackReview(draft=draft))
        case _:
            return stay(state)


def stored(state: State, event: pages.FeedbackStored, now: float) -> Step:
    """Show the code, and put it on paper where that can be done."""
    page = state.page
    if not isinstance(page, FeedbackReview) or page.draft.ask != event.ask:
        return stay(state)
    state, effects = turn(state, FeedbackDone(taken=event.taken))
    after, printing = print_code(state, event.taken, now)
    return after, (*effects, *printing)


def not_stored(state: State, event: pages.FeedbackNotStored, now: float) -> Step:
    """Say what is known: refused is not there; unanswered may be."""
    page = state.page
    if not isinstance(page, FeedbackReview) or not page.asked or page.draft.ask != event.ask:
        return stay(state)
    tried = page.draft.tried or event.about is AboutFeedback.NOT_SURE
    draft = replace(page.draft, tried=tried)
    return stay(tell(replace(state, page=FeedbackReview(draft=draft)), now, event.about))


def done(state: State, page: FeedbackDone, action: AnyAction, now: float) -> Step:
    """Act on the code."""
    match action:
        case pages.PrintFeedbackCode():
            return print_code(state, page.taken, now)
        case Back() | Leave():
            return leave(state)
        case _:
            return stay(state)


def print_code(state: State, taken: FeedbackTaken, now: float) -> Step:
    """Put the code on paper."""
    sent = FeedbackSent(
        code=taken.code,
        category=taken.category_names,
        sent_at=taken.sent_at,
        due=taken.due,
        url=taken.code,
    )
    return slips.print_slip(state, now, feedback_slip(sent, slips.head(state)))


def _pages(draft: FeedbackDraft) -> tuple[AnyPage, ...]:
    """Return every step of writing, in order."""
    photo = (FeedbackPhoto(draft=draft),) if draft.takes_photos else ()
    return (
        FeedbackNotice(draft=draft),
        FeedbackAbout(draft=draft),
        FeedbackMethod(draft=draft),
        FeedbackText(draft=draft, typing=_field(draft, "text")),
        FeedbackPlaces(draft=draft),
        *photo,
        FeedbackContact(draft=draft),
        FeedbackReview(draft=replace(draft, whole=True)),
    )


def _on(state: State, page: AnyPage, draft: FeedbackDraft) -> Step:
    """Go to the next step; to the end, when the citizen came from there."""
    steps = _pages(draft)
    return turn(state, steps[-1] if draft.whole else steps[_at(page, steps) + 1])


def _back(state: State, page: AnyPage) -> Step:
    """Go to the step before, as the draft was when this one began."""
    draft: FeedbackDraft = page.draft  # type: ignore[union-attr]  # only pages of writing come here
    steps = _pages(draft)
    at = _at(page, steps)
    if type(page) in _BELONGS:
        return turn(state, steps[at])
    if draft.whole:
        return turn(state, FeedbackEdit(draft=draft))
    return turn(state, steps[at - 1] if at else FeedbackDoor())


def _at(page: AnyPage, steps: tuple[AnyPage, ...]) -> int:
    kind = _BELONGS.get(type(page), type(page))
    return next(at for at, step in enumerate(steps) if isinstance(step, kind))


def _target(draft: FeedbackDraft, what: FeedbackPart) -> AnyPage | None:
    kinds: dict[FeedbackPart, type[Page]] = {
        FeedbackPart.CATEGORY: FeedbackAbout,
        FeedbackPart.TEXT: FeedbackText,
        FeedbackPart.PLACE: FeedbackPlaces,
        FeedbackPart.PHOTO: FeedbackPhoto,
        FeedbackPart.SENDER: FeedbackContact,
    }
    return next((step for step in _pages(draft) if isinstance(step, kinds[what])), None)


def _field(draft: FeedbackDraft, name: str) -> Typing:
    begun = field(
        _KINDS[name],
        method=draft.method,
        tone_style=draft.tone_style,
        max_length=LONGEST[name],
    )
    return begun.filled(getattr(draft, name))


def _other_public(draft: FeedbackDraft) -> FeedbackDraft:
    return replace(draft, may_be_public=not draft.may_be_public)
