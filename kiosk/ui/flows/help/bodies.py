"""How the pages of a call look."""

from kiosk.ui.flows.help.pages import (
    AboutHelp,
    AgreeShow,
    CallNow,
    CallStage,
    GoOnBeside,
    Helping,
    HelpOver,
    OpenShow,
    StopShow,
    ToggleMuted,
)
from kiosk.ui.flows.help.texts import HELP
from kiosk.ui.screen import Button, CallScreen, Message, Sheet, Tone
from kiosk.ui.state import State

_LONGEST_NAME = 32
_AGAIN = (AboutHelp.NO_ANSWER, AboutHelp.LOST, AboutHelp.FULL, AboutHelp.UNREACHED)


def notice(state: State) -> Sheet:
    """Say what happens before it happens."""
    words = HELP.of(state)
    return Sheet(
        icon="call",
        title=words.notice_title,
        notes=(words.notice_seen, words.notice_unrecorded, words.notice_free),
        buttons=(Button(action=CallNow(), text=words.call, tone=Tone.MAIN, icon="call"),),
    )


def waiting(state: State) -> Message:
    """Say how far it is."""
    words, helping = HELP.of(state), state.help or Helping(ask=0)
    title = words.joining if helping.stage is CallStage.JOINING else words.waiting
    ahead = words.ahead.format(count=helping.ahead) if helping.ahead else words.answers_soon
    return Message(icon="call", tone=Tone.PLAIN, title=title, lines=(ahead, words.wait_at_most))


def talk(state: State) -> CallScreen:
    """Show the two of them, and what can be done."""
    words, helping = HELP.of(state), state.help or Helping(ask=0)
    shows = helping.shows
    return CallScreen(
        title=words.talking.format(officer=helping.officer[:_LONGEST_NAME]).strip(),
        note=words.shows if shows else words.shows_not,
        live=helping.pictured,
        unseen=words.no_picture,
        buttons=(
            Button(action=GoOnBeside(), text=words.go_on, tone=Tone.MAIN, icon="form"),
            Button(action=StopShow(), text=words.stop_show, tone=Tone.WARN)
            if shows
            else Button(action=OpenShow(), text=words.show),
            Button(
                action=ToggleMuted(),
                text=words.unmute if helping.muted else words.mute,
                tone=Tone.WARN if helping.muted else Tone.PLAIN,
            ),
        ),
    )


def asked_to_show(state: State) -> Sheet:
    """Ask, each time."""
    words = HELP.of(state)
    return Sheet(
        icon="reading",
        title=words.show_title,
        notes=(words.show_what, words.show_photos, words.show_stop),
        buttons=(Button(action=AgreeShow(), text=words.agree, tone=Tone.MAIN, icon="check"),),
    )


def over(state: State, page: HelpOver) -> Message:
    """Tell the truth, and what else can be done."""
    words = HELP.of(state)
    again = Button(action=CallNow(), text=words.again, tone=Tone.MAIN, icon="call")
    good = page.about in (AboutHelp.CITIZEN, AboutHelp.OFFICER)
    return Message(
        icon="call",
        tone=Tone.GOOD if good else Tone.WARN,
        title=words.titles[page.about],
        lines=(words.advice[page.about],),
        main=again if page.about in _AGAIN else None,
    )
