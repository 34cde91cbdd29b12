"""What the box shows to whoever stands before it, while it is on its way into service."""

import asyncio

import msgspec

from devices.contract.notice import BoxNotice
from provisioning.agent.matters import WORDS, Matter, MatterCode
from provisioning.claims import sheet_code

_UNKNOWN = (MatterCode.STARTING, MatterCode.STORAGE)  # nothing was read of an identity yet


class Showing(msgspec.Struct, frozen=True, kw_only=True):
    """What is the matter, who the box is, and the claim with the four words to compare.

    `line` is the matter of a box in service whose broker does not reach the province, `stick` what
    came of a USB stick. A box that has `retired` was taken out of service by the province.
    """

    matter: Matter = Matter(code=MatterCode.STARTING)
    line: Matter | None = None
    stick: Matter | None = None
    serial: str = ""
    claim: str = ""
    words: str = ""
    box: str = ""
    retired: bool = False

    @property
    def is_retired(self) -> bool:
        """Whether the province has taken the box out of service."""
        revoked = MatterCode.OWN_REVOKED
        return self.retired or revoked in (self.matter.code, self.line and self.line.code)

    @property
    def serves(self) -> bool | None:
        """Whether citizens are served; None while nobody knows.

        A box that was let in goes on without its line, and with a certificate that is over: only
        the province's word ends it. One without a gate is what its settings say.
        """
        if self.is_retired:
            return False
        if self.box or self.matter.code is MatterCode.NO_GATE:
            return True
        return None if self.matter.code in _UNKNOWN else False

    @property
    def told(self) -> BoxNotice:
        """The same for a process that draws it itself."""
        matter = self.foremost
        words = WORDS[matter.code]
        asks = bool(self.claim) and matter.code is MatterCode.WAITING
        return BoxNotice(
            code=matter.code,
            headline=words.headline,
            advice=words.advice,
            english=words.english,
            detail=matter.detail,
            serial=self.serial,
            box=self.box,
            words=self.words if asks else "",
            claim=sheet_code(self.serial, self.claim) if asks else "",
            serves=self.serves,
            retired=self.is_retired,
        )

    @property
    def foremost(self) -> Matter:
        """What somebody should know first."""
        in_service = self.matter.code is MatterCode.IN_SERVICE
        return self.stick or (self.line if in_service and self.line else self.matter)


class Notice:
    """The one place that knows what is shown; whoever draws it waits for changes."""

    def __init__(self) -> None:
        self._showing = Showing()
        self._changed = asyncio.Event()

    @property
    def showing(self) -> Showing:
        """What is shown now."""
        return self._showing

    def show(self, showing: Showing) -> None:
        """Show this from now on; what is known of line and stick stays."""
        self._set(
            msgspec.structs.replace(showing, line=self._showing.line, stick=self._showing.stick)
        )

    def say(self, matter: Matter) -> None:
        """Show another matter, and the rest as it was."""
        self._set(msgspec.structs.replace(self._showing, matter=matter))

    def say_of_line(self, matter: Matter | None) -> None:
        """Show what is the matter with the line, or that nothing is."""
        self._set(msgspec.structs.replace(self._showing, line=matter))

    def say_of_stick(self, matter: Matter | None) -> None:
        """Show what came of a stick, until it is taken out."""
        self._set(msgspec.structs.replace(self._showing, stick=matter))

    def _set(self, showing: Showing) -> None:
        if showing != self._showing:
            self._showing = showing
            self._changed.set()
            self._changed = asyncio.Event()

    async def changed(self) -> None:
        """Wait until something else is shown."""
        await self._changed.wait()
