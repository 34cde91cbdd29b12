"""What hangs in the hall and stands on the desks: the LED panel, a lamp at each counter. Pure."""

from collections.abc import Mapping
from datetime import datetime, time

import msgspec

from devices.contract.clock import LOCAL
from devices.messages import LampState
from kiosk.api import queue as api
from kiosk.counter.config import CounterConfig

_MOST_LETTERS = 120


class Signs(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be seen. `call` is the serial of the call being announced, 0 for none."""

    number: str = ""
    counter: str = ""
    call: int = 0
    lamps: Mapping[str, LampState] = {}


def signs(config: CounterConfig, board: api.Board) -> Signs:
    """Return what goes with what the TV board shows.

    The panel has the call being announced; else the newest whose number is still being served;
    else nothing. A desk's lamp blinks while it calls, burns while it serves, and is dark else.
    """
    serving = {desk.id: desk.ticket for desk in board.counters}
    still = (call for call in board.latest if serving.get(call.counter) == call.number)
    shown = board.now or next(still, None)
    desk = config.desk(shown.counter) if shown else None
    calling = board.now.counter if board.now else ""
    return Signs(
        number=shown.number if shown else "",
        counter=str(desk.number) if desk else "",
        call=board.now.serial if board.now else 0,
        lamps={
            one.lamp: _lamp(calling=one.id == calling, serving=bool(serving.get(one.id)))
            for one in config.counters
            if one.lamp
        },
    )


def passing(config: CounterConfig, now: datetime) -> tuple[str, ...]:
    """Return the texts that pass over the panel while no number is shown: name, hours, notice."""
    today = now.astimezone(LOCAL).date()
    spans = [f"{begin:%H:%M}-{_until(end)}" for begin, end in config.hours.spans(today)]
    hours = f"Hôm nay nhận số {', '.join(spans)}" if spans else "Hôm nay không nhận số"
    notice = config.notice.get("vi", "")
    texts = (config.names["vi"], hours, notice)
    return tuple(text[:_MOST_LETTERS] for text in texts if text)


def _until(end: datetime) -> str:
    return "24:00" if end.time() == time() else f"{end:%H:%M}"


def _lamp(*, calling: bool, serving: bool) -> LampState:
    if calling:
        return LampState.BLINKING
    return LampState.ON if serving else LampState.OFF
