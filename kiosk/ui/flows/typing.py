"""A field and its keyboard on a page of any flow."""

from kiosk.ui.events import AnyAction, PressKey, Suggest, TypeKey, TypeSign
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.keyboard.rows import Key, rows
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.keyboard.typing import Typing
from kiosk.ui.room import Room
from kiosk.ui.screen import Button, Cap, Row, Tone, Writing


def typed(typing: Typing, action: AnyAction) -> Typing | None:
    """Return the field after a touch on its keyboard; None when it was none, or DONE."""
    match action:
        case TypeKey(key=key):
            return typing.press(key)
        case TypeSign(sign=sign):
            return typing.press(sign)
        case PressKey(act=act) if act is not Act.DONE:
            return typing.press(act)
        case Suggest(text=text):
            return typing.filled(text)
        case _:
            return None


def is_done(action: AnyAction) -> bool:
    """Return whether the touch says that the field is filled."""
    return isinstance(action, PressKey) and action.act is Act.DONE


def keyboard(
    typing: Typing,
    room: Room,
    *,
    prompt: str,
    hint: str = "",
    suggestions: tuple[str, ...] = (),
    found: tuple[Row, ...] = (),
) -> Writing:
    """Return the field and its keys; where ten do not stand side by side, eight do."""
    return Writing(
        prompt=prompt,
        text=typing.text,
        hint=hint,
        keys=tuple(tuple(_cap(typing, key) for key in row) for row in rows(typing, room.keys)),
        suggestions=tuple(Button(action=Suggest(text=text), text=text) for text in suggestions),
        found=found,
    )


def _cap(typing: Typing, key: Key) -> Cap:
    action: AnyAction
    match key.does:
        case Act() as act:
            action = PressKey(act=act)
        case Sign() as sign:
            action = TypeSign(sign=sign)
        case text:
            action = TypeKey(key=text)
    return Cap(
        action=action,
        text=key.label,
        icon=key.icon,
        wide=key.width,
        tone=Tone.MAIN if key.does is Act.DONE else Tone.PLAIN,
        chosen=key.does is Act.SHIFT and typing.capitals,
    )
