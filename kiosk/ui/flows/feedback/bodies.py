"""How the pages of writing feedback look."""

from collections.abc import Iterator
from datetime import date

from devices.contract.clock import LOCAL
from devices.scanner.masking import mask_number
from kiosk.ui.bodies import named
from kiosk.ui.events import AnyAction
from kiosk.ui.flows.feedback import answer_pages, pages
from kiosk.ui.flows.feedback.pages import (
    FeedbackAbout,
    FeedbackContact,
    FeedbackDone,
    FeedbackDoor,
    FeedbackDraft,
    FeedbackEdit,
    FeedbackName,
    FeedbackNotice,
    FeedbackPart,
    FeedbackPhone,
    FeedbackPhoto,
    FeedbackPlace,
    FeedbackPlaces,
    FeedbackReview,
    FeedbackText,
)
from kiosk.ui.flows.feedback.telling import divided, pieces
from kiosk.ui.flows.feedback.texts import FEEDBACK, FeedbackTexts
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.keyboard import suggestions
from kiosk.ui.keyboard.keys import Method
from kiosk.ui.paging import shown
from kiosk.ui.room import Room
from kiosk.ui.screen import (
    Button,
    Listing,
    Message,
    Pair,
    Photo,
    Row,
    Sheet,
    Tile,
    Tiles,
    Tone,
    Writing,
)
from kiosk.ui.state import State
from kiosk.ui.world import PrinterState

_FIELD = 0.88  # of the panel's letters
_SUGGESTED = 3


def door(state: State, page: FeedbackDoor) -> Tiles | Message:
    """Ask for something new or an answer; say that somebody is asked."""
    words = FEEDBACK.of(state)
    if page.asked:
        return _wait(words.asking, words.asking_note)
    return Tiles(
        prompt=words.door_prompt,
        tiles=(
            Tile(
                action=pages.StartFeedback(), icon="pen", title=words.start, note=words.start_note
            ),
            Tile(
                action=answer_pages.OpenAnswer(),
                icon="speech",
                title=words.answer,
                note=words.answer_note,
            ),
        ),
    )


def notice(state: State, page: FeedbackNotice) -> Sheet:
    """Say what becomes of it, before anything is written (PRI-1)."""
    words, offer = FEEDBACK.of(state), page.draft.offer
    latest = max((one.due for one in offer.categories), default=None)
    due = (words.notice_due.format(day=day(latest)),) if latest else ()
    return Sheet(
        icon="pen",
        title=words.notice_title,
        notes=(
            words.notice_goes_on if offer.connected else words.notice_stays,
            *due,
            words.notice_gone
            if offer.connected
            else words.notice_kept.format(days=offer.contents_days),
        ),
        foot=Button(action=pages.GoOnFeedback(), text=words.go_on, tone=Tone.MAIN, icon="more"),
    )


def about(state: State, page: FeedbackAbout, room: Room) -> Listing:
    """Show the categories, and by when each is answered."""
    words = FEEDBACK.of(state)
    some, then = shown(page.draft.offer.categories, page.first, room.rows)
    rows = tuple(
        Row(
            action=pages.SetFeedbackCategory(category=one.id),
            title=named(one.names, state),
            note=words.by_day.format(day=day(one.due)),
            icon=one.icon,
        )
        for one in some
    )
    return Listing(prompt=words.about_prompt, rows=rows, foot=_rows_foot(words, then))


def method(state: State) -> Tiles:
    """Ask how one types."""
    words = FEEDBACK.of(state)
    ways = (
        (Method.SIGNS, "touch", words.signs, words.signs_note),
        (Method.TELEX, "letters", words.telex, words.telex_note),
        (Method.VNI, "letters", words.vni, words.vni_note),
    )
    return Tiles(
        prompt=words.method_prompt,
        tiles=tuple(
            Tile(action=pages.SetTypingMethod(method=way), icon=icon, title=title, note=note)
            for way, icon, title, note in ways
        ),
    )


def write(
    state: State, page: FeedbackText | FeedbackPlace | FeedbackName | FeedbackPhone, room: Room
) -> Writing:
    """Show the field and its keyboard; of a long text its end."""
    words, typing = FEEDBACK.of(state), page.typing
    prompt, hint = {
        FeedbackText: (words.text_prompt, words.text_hint),
        FeedbackPlace: (words.place_prompt, words.place_hint),
        FeedbackName: (words.name_prompt, words.name_hint),
        FeedbackPhone: (words.phone_prompt, words.phone_hint),
    }[type(page)]
    meant: tuple[str, ...] = ()
    if isinstance(page, FeedbackPlace):
        meant = suggestions.places(typing.text, page.draft.offer.places, most=_SUGGESTED)
    rows = tuple(
        Row(action=pages.SetFeedbackPlace(place=place), title=place, icon="house")
        for place in meant
    )
    body = keyboard(typing, room, prompt=prompt, hint=hint, found=rows)
    letters = int(room.letters * _FIELD)
    if len(typing.text) <= letters:
        return body
    return Writing(
        prompt=body.prompt,
        text=f"…{typing.text[1 - letters :]}",
        hint=body.hint,
        keys=body.keys,
        found=body.found,
    )


def places(state: State, page: FeedbackPlaces, room: Room) -> Listing:
    """Offer the commune's places, another one, and none."""
    words = FEEDBACK.of(state)
    rows = [
        Row(action=pages.TypeFeedbackPlace(), title=words.type_place, icon="pen"),
        Row(action=pages.GoOnFeedback(), title=words.no_place, icon="more"),
        *(
            Row(
                action=pages.SetFeedbackPlace(place=place),
                title=_short(place, room),
                icon="house",
            )
            for place in page.draft.offer.places
        ),
    ]
    some, then = shown(rows, page.first, room.rows)
    return Listing(prompt=words.places_prompt, rows=tuple(some), foot=_rows_foot(words, then))


def photo(state: State, page: FeedbackPhoto) -> Photo | Message:
    """Show the photo, or how to take one."""
    words = FEEDBACK.of(state)
    if page.asked:
        return _wait(words.photo_shooting, words.sending_note, "camera")
    shoot = pages.TakeFeedbackPhoto()
    if not page.draft.photo:
        return Message(
            icon="camera",
            tone=Tone.PLAIN,
            title=words.photo_title,
            lines=(words.photo_lay,),
            main=Button(action=shoot, text=words.photo_shoot, tone=Tone.MAIN, icon="camera"),
        )
    return Photo(
        prompt=words.photo_good,
        picture=page.draft.photo,
        buttons=(
            Button(action=shoot, text=words.photo_again, icon="camera"),
            Button(action=pages.DropFeedbackPhoto(), text=words.photo_drop, icon="erase"),
        ),
    )


def contact(state: State, page: FeedbackContact) -> Tiles:
    """Ask whether the citizen wants to be known, and whether others may read it."""
    words = FEEDBACK.of(state)
    return Tiles(
        prompt=words.contact_prompt,
        tiles=(
            Tile(
                action=pages.StayNameless(),
                icon="check",
                title=words.nameless,
                note=words.nameless_note,
            ),
            Tile(
                action=pages.GiveMyName(),
                icon="person",
                title=words.my_name,
                note=words.my_name_note,
            ),
            _public(words, page.draft),
        ),
    )


def review(state: State, page: FeedbackReview, room: Room) -> Sheet | Message:
    """Show all that was written, in parts; the last one leads to sending it."""
    words, draft = FEEDBACK.of(state), page.draft
    if page.asked:
        return _wait(words.sending, words.sending_note, "speech")
    parts = divided([*_facts(state, draft), *pieces(draft.text, room)], room, titled=True)
    at = min(page.part, len(parts) - 1)
    foot = Button(
        action=pages.SendFeedbackNow(),
        text=words.send_again if draft.tried else words.send,
        tone=Tone.MAIN,
        icon="check",
    )
    if at + 1 < len(parts):
        foot = Button(action=pages.ShowFeedbackPart(part=at + 1), text=words.more, icon="more")
    change = Button(action=pages.EditFeedback(), text=words.change, icon="pen")
    return Sheet(
        icon="pen",
        title=words.review_title,
        pairs=tuple(one for one in parts[at] if isinstance(one, Pair)),
        notes=tuple(one for one in parts[at] if isinstance(one, str)),
        buttons=() if draft.tried else (change,),
        foot=foot,
    )


def edit(state: State, page: FeedbackEdit, room: Room) -> Tiles:
    """Ask what shall be changed."""
    words, draft = FEEDBACK.of(state), page.draft
    ways = [
        (FeedbackPart.CATEGORY, "folder", words.category),
        (FeedbackPart.TEXT, "pen", words.text),
        (FeedbackPart.PLACE, "house", words.place),
        (FeedbackPart.SENDER, "person", words.sender),
    ]
    if draft.takes_photos:
        ways.insert(3, (FeedbackPart.PHOTO, "camera", words.photo))
    tiles = [
        Tile(action=pages.EditFeedbackPart(what=what), icon=icon, title=title)
        for what, icon, title in ways
    ]
    some, then = shown([_public(words, draft), *tiles], page.first, room.tiles)
    return Tiles(prompt=words.change_prompt, tiles=tuple(some), foot=_rows_foot(words, then))


def done(state: State, page: FeedbackDone) -> Sheet:
    """Show the code; as a symbol for the phone where it is not on paper."""
    words, taken = FEEDBACK.of(state), page.taken
    printer = state.world.printer
    prints = printer is not PrinterState.NONE
    sent = taken.sent_at.astimezone(LOCAL)
    return Sheet(
        icon="check",
        tone=Tone.GOOD,
        title=words.taken_title.format(code=taken.code),
        pairs=(
            Pair(label=words.due, value=day(taken.due)),
            Pair(label=words.sent, value=f"{sent:%H:%M %d/%m/%Y}"),
        ),
        notes=(words.keep_code,),
        qr="" if printer is PrinterState.READY else taken.code,
        qr_caption=words.code_caption,
        buttons=(Button(action=pages.PrintFeedbackCode(), text=words.print_code, icon="print"),)
        if prints and printer is PrinterState.READY
        else (),
    )


def day(of: date) -> str:
    """Return a day as people write it."""
    return f"{of:%d/%m/%Y}"


def _facts(state: State, draft: FeedbackDraft) -> Iterator[Pair | str]:
    words = FEEDBACK.of(state)
    category = next((one for one in draft.offer.categories if one.id == draft.category), None)
    if category:
        yield Pair(label=words.category, value=named(category.names, state))
        yield Pair(label=words.due, value=day(category.due))
    yield Pair(label=words.place, value=draft.place or words.none)
    if draft.takes_photos:
        yield Pair(label=words.photo, value=words.one_photo if draft.photo else words.none)
    known = ", ".join(part for part in (draft.name, _masked(draft.phone)) if part)
    yield Pair(label=words.sender, value=known or words.nobody)
    yield Pair(label=words.public, value=_yes(words, draft))


def _masked(phone: str) -> str:
    return mask_number(phone) if phone else ""


def _public(words: FeedbackTexts, draft: FeedbackDraft) -> Tile:
    return Tile(
        action=pages.ToggleFeedbackPublic(),
        icon="family",
        title=words.public,
        note=_yes(words, draft),
        chosen=draft.may_be_public,
    )


def _yes(words: FeedbackTexts, draft: FeedbackDraft) -> str:
    return words.public_yes if draft.may_be_public else words.public_no


def _wait(title: str, line: str, icon: str = "clock") -> Message:
    return Message(icon=icon, tone=Tone.PLAIN, title=title, lines=(line,))


def _rows_foot(words: FeedbackTexts, then: int | None) -> Button | None:
    if then is None:
        return None
    action: AnyAction = pages.ShowFeedbackRows(first=then)
    return Button(action=action, text=words.more, icon="more")


def _short(text: str, room: Room) -> str:
    letters = int(room.letters * _FIELD)
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
