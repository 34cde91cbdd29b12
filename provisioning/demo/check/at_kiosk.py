"""What citizens do at the kiosks."""

from devices.scanner.specimen_card import HOA
from kiosk.ui.events import Speak, TypeKey
from kiosk.ui.flows.number.pages import ChooseService, OpenScan, TakeNumber
from kiosk.ui.flows.visit.pages import GiveRating, Look, OpenFind
from kiosk.ui.screen import Number
from provisioning.demo import sample
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.sample import BOX_A, BOX_B

_SERVICE = "ho-tich"
_MASKED = f"{HOA.number[:4]}******{HOA.number[-2:]}"


class AtKiosk:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def services(self) -> str:
        """Both kiosks show every service."""
        if not self._scene.at:
            raise MissedError("no kiosk has a screen")
        for box, citizen in self._scene.at.items():
            await citizen.comes_to("Home", within_s=60)
            await citizen.reads("the services", lambda one: len(one.places) >= len(sample.SERVICES))
            await citizen.picture(self._scene.shot(f"kiosk-home-{box}"))
        return f"{len(sample.SERVICES)} services at {len(self._scene.at)} kiosks"

    async def languages(self) -> str:
        """One touch changes the language, another changes it back."""
        citizen = self._scene.at[BOX_A]
        english = sample.SERVICES[0].names["en"]
        await citizen.touches(Speak(language="en"))
        await citizen.reads(english, lambda _: english in citizen.text())
        await citizen.picture(self._scene.shot("kiosk-english"))
        await citizen.touches(Speak(language="vi"))
        vietnamese = sample.SERVICES[0].names["vi"]
        await citizen.reads(vietnamese, lambda _: vietnamese in citizen.text())
        return f"{english} / {vietnamese}"

    async def number(self, box: str) -> str:
        """Two touches give a number."""
        citizen = self._scene.at[box]
        await citizen.goes_home()
        await citizen.touches(ChooseService(service=_SERVICE))
        await citizen.comes_to("Confirm")
        await citizen.picture(self._scene.shot("kiosk-confirm"))
        return await self.take(box)

    async def take(self, box: str) -> str:
        """Take the number that stands ready to be taken, and wait for its paper."""
        citizen = self._scene.at[box]
        pieces = self._scene.pieces(box)
        await citizen.touches(TakeNumber())
        number = await self.issued(box)
        await until(self._scene.more_pieces(box, pieces), "a paper from the printer", within_s=40)
        await citizen.picture(self._scene.shot(f"kiosk-number-{box}"))
        return f"{number}, printed"

    async def issued(self, box: str) -> str:
        """Read the number on the glass."""
        mirrored = await self._scene.at[box].comes_to("Issued")
        body = mirrored.screen.body
        if not isinstance(body, Number):
            raise MissedError(f"a {type(body).__name__} in the place of a number")
        self._scene.numbers[box] = body.number
        return body.number

    async def card(self) -> str:
        """Hold a card before the camera; what greets is masked."""
        citizen = self._scene.at[BOX_B]
        await citizen.goes_home()
        await citizen.touches(ChooseService(service=_SERVICE))
        await citizen.touches(OpenScan())
        await citizen.comes_to("ScanCard")
        await citizen.picture(self._scene.shot("kiosk-scan"))
        await self._scene.hands(BOX_B, "[data-card]")
        await citizen.comes_to("Confirm", within_s=60)
        await citizen.reads(_MASKED, lambda _: _MASKED in citizen.text())
        await citizen.picture(self._scene.shot("kiosk-card"))
        for secret in (HOA.number, HOA.address, HOA.old_number):
            if secret in citizen.text():
                raise MissedError("personal data stands on the glass")
        return f"{_MASKED}; no number or address"

    async def rate(self) -> str:
        """Rate the finished visit."""
        citizen = self._scene.at[BOX_A]
        await citizen.opens_menu()
        await citizen.touches(OpenFind())
        await citizen.comes_to("Find")
        for key in self._scene.numbers[BOX_A]:
            await citizen.touches(TypeKey(key=key))
        await citizen.touches(Look())
        await citizen.comes_to("Rate")
        await citizen.picture(self._scene.shot("kiosk-rating"))
        await citizen.touches(GiveRating(value=3, scale=3))
        await citizen.comes_to("Thanks")
        return "3 of 3, thanked"

    async def unprinted(self) -> str:
        """Take a number that cannot be printed."""
        citizen = self._scene.at[BOX_A]
        pieces = self._scene.pieces(BOX_A)
        await citizen.touches(ChooseService(service=_SERVICE))
        await citizen.touches(TakeNumber())
        number = await self.issued(BOX_A)
        await citizen.reads(
            "the number's QR",
            lambda one: isinstance(one.screen.body, Number) and bool(one.screen.body.qr),
            within_s=40,
        )
        await citizen.picture(self._scene.shot("kiosk-no-paper"))
        if self._scene.pieces(BOX_A) != pieces:
            raise MissedError("a paper came out of an empty printer")
        return f"{number} with its QR, no paper"
