"""Languages that were installed as folders, and a kiosk that reads aloud into headphones."""

import re
from pathlib import Path

from kiosk.ui.events import Speak
from kiosk.ui.flows.menu.pages import OpenLanguages
from kiosk.ui.flows.number.pages import ChooseService
from kiosk.ui.mirror import Mirrored
from kiosk.ui.screen import Tiles
from provisioning.demo import sample
from provisioning.demo.check.report import until
from provisioning.demo.check.scene import Scene
from provisioning.demo.sample import BOX_B

_KHMER = re.compile("[\u1780-\u17ff]{2,}")
_LANGUAGE = next(iter(sample.LANGUAGES))
_HOME = "vi"


class AtEars:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def reads_another(self) -> str:
        """Choose a language whose pack was installed, and go back."""
        citizen = self._scene.at[BOX_B]
        await citizen.goes_home()
        await citizen.touches(OpenLanguages())
        await citizen.comes_to("Languages")
        await citizen.touches(Speak(language=_LANGUAGE))
        await citizen.comes_to("Home")
        await citizen.reads("Khmer", lambda _: bool(_KHMER.search(citizen.text())))
        found = _KHMER.search(citizen.text())
        await citizen.touches(OpenLanguages())
        await citizen.comes_to("Languages")
        await citizen.picture(self._scene.shot("kiosk-language-pack"))
        await citizen.touches(Speak(language=_HOME))
        await citizen.reads("the services", lambda one: not _written(one))
        return found[0] if found else ""

    async def hears(self) -> str:
        """Plug headphones in: it reads; a first touch is read, a second one meant. Out: silence."""
        citizen, jack = self._scene.at[BOX_B], self._scene.province.plan.boxes[BOX_B].jack
        if jack is None:
            return ""
        before = len(self._spoken())
        jack.write_text("plugged", encoding="utf-8")
        try:
            await until(lambda: self._more(before), "a sentence in the headphones", within_s=20)
            heard = len(self._spoken())
            await citizen.touches(ChooseService(service=sample.SERVICES[0].id))
            await until(lambda: self._more(heard), "what was touched, read", within_s=20)
            await citizen.comes_to("Home")
            await citizen.picture(self._scene.shot("kiosk-spoken"))
            await citizen.touches(ChooseService(service=sample.SERVICES[0].id))
            await citizen.comes_to("Confirm")
        finally:
            jack.write_text("", encoding="utf-8")
        await citizen.goes_home()
        return f"{len(self._spoken()) - before} sentences (WAV)"

    def _spoken(self) -> list[Path]:
        world = self._scene.province.plan.boxes[BOX_B].world
        return list((world / "aloud").glob("*.wav"))

    async def _more(self, than: int) -> str:
        return "heard" if len(self._spoken()) > than else ""


def _written(seen: Mirrored) -> bool:
    """Return whether anything but the languages' own names is written in Khmer."""
    body = seen.screen.body
    tiles = body.tiles if isinstance(body, Tiles) else ()
    return any(_KHMER.search(tile.title + tile.note) for tile in tiles)
