"""Engine events on their way to their one reader."""

from vc.engine.mailbox import Mailbox
from vc.engine.port import EngineLost, LegChanged, LegState, Levels


async def test_a_full_mailbox_drops_what_passes_and_keeps_who_came_and_went() -> None:
    mailbox = Mailbox(limit=3)
    for _ in range(5):
        mailbox.put(Levels(dbfs={}))
    came = LegChanged(leg="l", source="s", state=LegState.CONNECTED)
    mailbox.put(came)
    mailbox.put(EngineLost(reason="r"))
    read = []
    async for event in mailbox.events():
        read.append(event)
        if isinstance(event, EngineLost):
            break
    assert read == [*([Levels(dbfs={})] * 3), came, EngineLost(reason="r")]
