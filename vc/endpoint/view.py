"""What stands on the room's screen around the picture: a pure function of what is known."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from devices.contract.clock import LOCAL
from vc.endpoint.happenings import Moment
from vc.endpoint.panels import Button, PanelBox, Tone, paint_panel
from vc.endpoint.presses import (
    Panel,
    PressLanguage,
    PressMicrophone,
    PressPanel,
    PressSpeak,
    Table,
    has_floor,
    open_request,
)
from vc.endpoint.room import Call, CallState, expected_at
from vc.endpoint.texts import say
from vc.messages import RoomNotice
from vc.state import Line, Phase, RequestStatus, SpeechRequest

_MINUTE = 60
_HURRY_S = 30
_REFUSED_S = 12.0
"""So long it is said that a press was refused: other words wait behind it."""
_NEWS = timedelta(minutes=3)
"""So long it is said that a request was refused."""


class Badge(msgspec.Struct, frozen=True, kw_only=True):
    """A word in the status bar."""

    text: str
    tone: Tone = Tone.PLAIN


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A headline and a line below it."""

    head: str
    note: str = ""
    tone: Tone = Tone.PLAIN


class Live(StrEnum):
    """What may be shown of the conference's picture."""

    NONE = "none"
    OLD = "old"
    """The last picture, dimmed, with words over it that it is old."""
    NOW = "now"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in the room itself."""

    camera: bool = False
    sound: bool = False
    line: bool = False
    """The room hears nothing of the province: what it was told may be old."""


WELL = Fault()


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. Equal screens look alike."""

    title: str = ""
    site: str = ""
    clock: str = ""
    badges: tuple[Badge, ...] = ()
    live: Live = Live.NONE
    words: Words | None = None
    """In the middle, where the picture is none or old."""
    floor: Badge | None = None
    """Who speaks, and how long still."""
    note: Badge | None = None
    """One line above the buttons: what became of what was asked."""
    buttons: tuple[Button, ...] = ()
    panel: PanelBox | None = None
    own_picture: bool = False


def screen(call: Call, table: Table, at: Moment, *, fault: Fault = WELL) -> Screen:
    """Return what the room shows now."""
    notice, language = call.notice, table.language
    is_in = call.state is CallState.IN
    live = Live.NONE
    if is_in and call.has_picture:
        live = Live.OLD if call.is_frozen(at) else Live.NOW
    return Screen(
        title=notice.title,
        site=notice.site_name,
        clock=_time(at.now),
        badges=_badges(notice, table, fault, is_in=is_in),
        live=live,
        words=_words(call, table, at, live, fault),
        floor=_floor(notice, language, at) if is_in else None,
        note=_note(notice, table, at) if is_in else None,
        buttons=_buttons(notice, table, is_in=is_in),
        panel=paint_panel(notice, table) if is_in else None,
        own_picture=is_in and not notice.video_off and not fault.camera,
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(LOCAL).strftime("%H:%M")


def _words(  # noqa: PLR0911 - one a state
    call: Call, table: Table, at: Moment, live: Live, fault: Fault
) -> Words | None:
    language, notice = table.language, call.notice
    match call.state:
        case CallState.IN:
            return _words_inside(call, language, at, live)
        case CallState.JOINING:
            return Words(head=say(language, "joining"), note=notice.title)
        case CallState.LOST | CallState.REJOINING:
            note = say(language, "rejoining_note")
            return Words(head=say(language, "rejoining"), note=note, tone=Tone.WARN)
        case CallState.REFUSED:
            return Words(head=say(language, "refused"), note=call.text, tone=Tone.BAD)
        case CallState.LEFT:
            ended = notice.phase is Phase.ENDED
            return Words(head=say(language, "ended" if ended else "left"), note=call.text)
        case CallState.EXPECTED:
            return _words_expected(notice, language, at)
        case CallState.IDLE if fault.line:  # whether there is a meeting, nobody here knows
            note = say(language, "cut_off_note")
            return Words(head=say(language, "cut_off"), note=note, tone=Tone.WARN)
        case CallState.IDLE:
            return Words(head=say(language, "no_meeting"), note=say(language, "no_meeting_note"))


def _words_inside(call: Call, language: str, at: Moment, live: Live) -> Words | None:
    if live is Live.NONE:
        return Words(head=say(language, "no_picture_yet"))
    if live is Live.OLD:
        seconds = int(call.picture_age_s(at))
        note = say(language, "frozen_note", seconds=seconds)
        return Words(head=say(language, "frozen"), note=note, tone=Tone.WARN)
    return None


def _words_expected(notice: RoomNotice, language: str, at: Moment) -> Words | None:
    due, starts = expected_at(notice), notice.starts_at
    if due is None or starts is None:
        return None
    local, today = starts.astimezone(LOCAL), at.now.astimezone(LOCAL).date()
    head = say(language, "waiting", time=_time(starts))
    if local.date() != today:
        head = say(language, "waiting_day", time=_time(starts), day=local.strftime("%d/%m/%Y"))
    return Words(head=head, note=say(language, "joins_at", time=_time(due)))


def _badges(notice: RoomNotice, table: Table, fault: Fault, *, is_in: bool) -> tuple[Badge, ...]:
    language = table.language
    badges = []
    if fault.camera:
        badges.append(Badge(text=say(language, "camera_fault"), tone=Tone.BAD))
    if fault.sound:
        badges.append(Badge(text=say(language, "sound_fault"), tone=Tone.BAD))
    if fault.line:
        badges.append(Badge(text=say(language, "line_fault"), tone=Tone.BAD))
    if not is_in:
        return tuple(badges)
    if notice.recording:
        badges.append(Badge(text=say(language, "recording"), tone=Tone.BAD))
    badges.append(_microphone(notice, table))
    if notice.video_off:
        badges.append(Badge(text=say(language, "video_off"), tone=Tone.WARN))
    if notice.line in _LINES:
        key, tone = _LINES[notice.line]
        badges.append(Badge(text=say(language, key), tone=tone))
    if notice.sites:
        sites = say(language, "sites", connected=notice.connected_sites, all=notice.sites)
        badges.append(Badge(text=sites))
    return tuple(badges)


_LINES = {
    Line.GOOD: ("line_good", Tone.GOOD),
    Line.FAIR: ("line_fair", Tone.WARN),
    Line.BAD: ("line_bad", Tone.BAD),
    Line.LOST: ("line_bad", Tone.BAD),
}


def _microphone(notice: RoomNotice, table: Table) -> Badge:
    if table.microphone_off:
        return Badge(text=say(table.language, "mic_badge_off"), tone=Tone.WARN)
    if notice.muted and not has_floor(notice):
        return Badge(text=say(table.language, "mic_badge_closed"))
    return Badge(text=say(table.language, "mic_badge_air"), tone=Tone.GOOD)


def _floor(notice: RoomNotice, language: str, at: Moment) -> Badge | None:
    floor = notice.floor
    if floor is None:
        lobby = notice.phase in (Phase.PLANNED, Phase.LOBBY)
        return Badge(text=say(language, "lobby")) if lobby else None
    own = has_floor(notice)
    key = ("invited" if notice.floor_name else "you_speak") if own else "speaking"
    text = say(language, key, name=notice.floor_name)
    tone = Tone.MAIN if own else Tone.PLAIN
    if floor.until is not None:
        left_s = round((floor.until - at.now).total_seconds())
        word = "time_left" if left_s >= 0 else "time_over"
        text += " · " + say(language, word, time=_countdown(abs(left_s)))
        tone = Tone.BAD if left_s < 0 else Tone.WARN if own and left_s < _HURRY_S else tone
    return Badge(text=text, tone=tone)


def _countdown(seconds: int) -> str:
    return f"{seconds // _MINUTE:02d}:{seconds % _MINUTE:02d}"


def _note(notice: RoomNotice, table: Table, at: Moment) -> Badge | None:
    language = table.language
    if table.refused and at.monotonic - table.refused_at < _REFUSED_S:
        return Badge(text=say(language, "not_done", reason=table.refused), tone=Tone.WARN)
    if has_floor(notice):
        if not table.microphone_off:
            return None
        return Badge(text=say(language, "mic_off_on_air"), tone=Tone.WARN)
    if request := open_request(notice):
        return _note_waiting(notice, request, language)
    last = notice.requests[-1] if notice.requests else None
    if last and last.status is RequestStatus.REFUSED and _is_news(last, at):
        reason = say(language, "request_refused", reason=last.rejected_reason)
        return Badge(text=reason, tone=Tone.BAD)
    return None


def _is_news(refused: SpeechRequest, at: Moment) -> bool:
    return refused.decided_at is None or at.now - refused.decided_at < _NEWS


def _note_waiting(notice: RoomNotice, request: SpeechRequest, language: str) -> Badge:
    if request.status is RequestStatus.PENDING:
        return Badge(text=say(language, "asked"))
    if notice.place_in_list:
        ahead = say(language, "in_list", count=notice.place_in_list)
        return Badge(text=ahead, tone=Tone.GOOD)
    return Badge(text=say(language, "next"), tone=Tone.GOOD)


def _buttons(notice: RoomNotice, table: Table, *, is_in: bool) -> tuple[Button, ...]:
    language = table.language
    switch = Button(text=say(language, "language"), press=PressLanguage())
    if not is_in:
        return (switch,)
    buttons = [_speak_button(notice, table), _microphone_button(table)]
    if notice.roll_call_open:
        buttons.append(_panel_button(table, Panel.ROLL_CALL, Tone.GOLD))
    if notice.ballot:
        buttons.append(_panel_button(table, Panel.VOTE, Tone.GOLD))
    if notice.papers:
        buttons.append(_panel_button(table, Panel.PAPERS, Tone.PLAIN))
    return (*buttons, switch)


def _speak_button(notice: RoomNotice, table: Table) -> Button:
    press = None if table.sending or not notice.delegates else PressSpeak()
    if has_floor(notice):
        return Button(text=say(table.language, "end_speech"), press=press, tone=Tone.BAD)
    if open_request(notice):
        return Button(text=say(table.language, "withdraw"), press=press, tone=Tone.WARN)
    return Button(text=say(table.language, "speak"), press=press, tone=Tone.MAIN)


def _microphone_button(table: Table) -> Button:
    key = "mic_on" if table.microphone_off else "mic_off"
    tone = Tone.WARN if table.microphone_off else Tone.PLAIN
    return Button(text=say(table.language, key), press=PressMicrophone(), tone=tone)


def _panel_button(table: Table, panel: Panel, tone: Tone) -> Button:
    text = say(table.language, panel)
    chosen = table.panel is panel
    return Button(text=text, press=PressPanel(panel=panel), tone=tone, chosen=chosen)
