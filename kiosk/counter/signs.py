"""What hangs in the hall and stands on the desks: the LED panel, a lamp at each counter. Pure."""

from collections.abc import Mapping

import msgspec

from devices.messages import LampState
from kiosk import api
from kiosk.counter.config import CounterConfig


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


def _lamp(*, calling: bool, serving: bool) -> LampState:
    if calling:
        return LampState.BLINKING
    return LampState.ON if serving else LampState.OFF
