"""A box from its carton into service, without a visit: what the technician does in a browser."""

import time
import tomllib
from pathlib import Path
from typing import Any

from devices.contract.toml import document_as_toml
from kiosk.ui.mirror import Mirrored
from kiosk.ui.screen import Claim, Message, Tiles
from kiosk.ui.texts import VIETNAMESE
from provisioning.demo import sample
from provisioning.demo.carton import CARTON, SERIAL
from provisioning.demo.check.citizen import Citizen
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene, answer, session
from provisioning.desired import OWN_KEYS

_BOX = "gio-linh-3"
_NAME = "Ki-ốt số 3, phòng chờ"
_TALL = (1440, 1300)
_LEFT_WITHIN_S = 5.0


class AtCarton:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._words = ""
        self._session: dict[str, str] = {}

    async def shows_its_claim(self) -> str:
        """Read the words on the new box's own screen."""
        await self._scene.browser.opens(CARTON, self._screen)

        async def waiting() -> str:
            shown = await answer(f"{self._screen}state")
            return str(shown["words"]) if shown["code"] == "waiting" else ""

        self._words = await until(waiting, "words on the box's screen")
        await self._picture(CARTON, "carton", size=(1280, 800))
        return self._words

    async def glass_shows_its_claim(self) -> str:
        """Read the same words off the new box's glass."""
        glass = self._glass
        body = (
            await glass.reads("its claim", lambda one: isinstance(one.screen.body, Claim))
        ).screen.body
        words = "-".join(body.words) if isinstance(body, Claim) else ""
        if words != self._words:
            raise MissedError(f"{words} on the glass, {self._words} on the agent's page")
        await glass.picture(self._scene.shot("kiosk-claim"))
        return words

    async def glass_serves(self) -> str:
        """See the services where the claim stood."""

        def serves(one: Mirrored) -> bool:
            body = one.screen.body
            return isinstance(body, Tiles) and bool(body.tiles)

        return (await self._glass.reads("the services", serves)).screen.title

    async def glass_says_retired(self) -> str:
        """Read where citizens of a retired box should go."""

        def sends_on(one: Mirrored) -> bool:
            body = one.screen.body
            return isinstance(body, Message) and body.title == VIETNAMESE.retired

        seen = await self._glass.reads(VIETNAMESE.retired, sends_on, within_s=60)
        await self._glass.picture(self._scene.shot("kiosk-retired"))
        return seen.screen.body.lines[0] if isinstance(seen.screen.body, Message) else ""

    async def is_let_in(self) -> str:
        """Find the same words on the dashboard, say yes, and give the box a name and a place."""
        browser = self._scene.browser
        await self._opens("enrolment")
        await browser.reads("fleet", "#queue .secret", self._words.split("-")[0])
        await self._picture("fleet", "enrolment", size=_TALL)
        serial = await browser.text("fleet", "#queue .asks code")
        if serial != SERIAL:
            raise MissedError(f"{serial} asks")
        await browser.clicks("fleet", "details[id^=accept] summary")
        for field, value in (("box", _BOX), ("unit", sample.UNIT), ("site", "gio-linh")):
            await browser.types("fleet", value, f'details[open] input[name="{field}"]')
        await browser.types("fleet", _NAME, 'details[open] input[name="name"]')
        await browser.clicks("fleet", 'details[open] select[name="role"] option[value="kiosk"]')
        began = time.monotonic()
        await browser.clicks("fleet", "details[open] form button")

        async def in_service() -> str:
            shown = await answer(f"{self._screen}state")
            return str(shown["box"]) if shown["code"] == "in_service" else ""

        await until(in_service, "the box in service, by its own screen", within_s=60)
        await self._heard("printer", "ready")
        seconds = time.monotonic() - began
        await self._scene.browser.opens(CARTON, self._screen)
        await self._picture(CARTON, "carton-in-service", size=(1280, 800))
        return f"{_BOX} serves {seconds:.1f} s after the yes"

    async def tests_itself(self) -> str:
        """Have every device exercised."""
        browser = self._scene.browser
        await browser.opens("fleet", f"{self._dashboard}boxes/{_BOX}")
        await browser.clicks("fleet", 'form[action$="/orders/test"] button')
        seen = await self._ordered("Xong", within_s=60)
        await self._picture("fleet", "box-tested", size=(1440, 1500))
        return seen

    async def takes_settings(self) -> str:
        """Write a profile for the box, see what it changes, and see it in force."""
        await self._writes(paper_dots=384)
        await self._picture("fleet", "settings-preview", size=_TALL)
        await self._scene.browser.clicks("fleet", "#settings-save")
        seen = await self._settled("in_force")
        if self._devices["printer"]["paper_dots"] != 384:  # noqa: PLR2004 - as written above
            raise MissedError("the box's file has another paper width")
        return seen

    async def refuses_settings(self) -> str:
        """Write what the box's own check refuses, and read why."""
        await self._writes(print_s="nhanh")
        await self._scene.browser.clicks("fleet", "#settings-save")
        await self._settled("refused")
        await self._opens(f"settings/boxes/{_BOX}")
        seen = await self._scene.browser.reads("fleet", "main", "print_s")
        await self._picture("fleet", "settings-refused", size=_TALL)
        return "print_s" if "print_s" in seen else ""

    async def alarms(self) -> str:
        """Take its paper out, and see the alert in words; put it back, and see it end."""
        fault = self._root / "world" / "printer.fault"
        began = time.monotonic()
        fault.write_text("paper-out")
        await self._opens("alerts")
        await self._scene.browser.reads("fleet", "#alerts-open", "Máy in hết giấy", within_s=60)
        seconds = time.monotonic() - began
        await self._picture("fleet", "alerts", size=(1440, 900))
        fault.write_text("")
        await self._scene.browser.reads("fleet", "#alerts-past", "Máy in hết giấy", within_s=60)
        return f"after {seconds:.1f} s"

    async def pages(self) -> str:
        """Look at the other places of the dashboard."""
        places = {
            "": ("main", "Gio Linh"),
            "units": ("main", "Quảng Trị"),
            f"units?unit={sample.UNIT}": ("main", "Gio Linh"),
            "reports?month=": ("main", "Tỷ lệ sẵn sàng"),
            "people": ("main", sample.LOGIN),
            "audit": ("main", "box.accepted"),
            "settings": ("main", _BOX),
        }
        for path, (css, word) in places.items():
            await self._opens(path)
            await self._scene.browser.reads("fleet", css, word)
            await self._picture("fleet", f"page-{path.partition('?')[0] or 'overview'}", size=_TALL)
        return f"{len(places)} pages"

    async def is_retired(self) -> str:
        """Retire the box: its live session ends, and it says itself that it was shut out."""
        browser = self._scene.browser
        await self._opens(f"enrolment/boxes/{_BOX}")
        await browser.clicks("fleet", "#retire summary")
        await browser.types("fleet", _BOX, '#retire input[name="confirm"]')
        began = time.monotonic()
        await browser.clicks("fleet", "#retire form button")

        async def gone() -> str:
            box = await self._box()
            return "gone" if box["state"]["line"] in ("lost", "unreachable") else ""

        await until(gone, "the box off the line", within_s=30)
        seconds = time.monotonic() - began
        if seconds > _LEFT_WITHIN_S:
            raise MissedError(f"only after {seconds:.1f} s")
        return f"off after {seconds:.1f} s"

    # -- how

    @property
    def _dashboard(self) -> str:
        return self._scene.links["dashboard"]

    @property
    def _screen(self) -> str:
        return self._scene.links[CARTON]

    @property
    def has_glass(self) -> bool:
        """Whether the new box has a kiosk."""
        return CARTON in self._scene.province.screens

    @property
    def _glass(self) -> Citizen:
        screen = self._scene.province.screens[CARTON]
        return Citizen(screen, self._root / "world" / "glass.json", self._scene.worker)

    @property
    def _root(self) -> Path:
        return self._scene.province.plan.logs.parent / CARTON

    async def _opens(self, path: str) -> None:
        await self._scene.browser.opens("fleet", f"{self._dashboard}{path}")

    async def _picture(self, tab: str, name: str, *, size: tuple[int, int]) -> None:
        await self._scene.browser.picture(tab, self._scene.shot(name), size=size)

    async def _asks(self, path: str) -> Any:
        if not self._session:
            self._session = await session(self._dashboard, sample.LOGIN, sample.PASSWORD)
        return await answer(f"{self._dashboard}{path}", self._session)

    async def _box(self) -> Any:
        return await self._asks(f"api/boxes/{_BOX}")

    async def _heard(self, device: str, health: str) -> None:
        """Wait until the province hears the box's device."""

        async def heard() -> str:
            try:
                box = await self._box()
            except MissedError:  # nobody has heard of it yet
                return ""
            reports = [one["report"] for one in box["state"]["devices"] if one["current"]]
            return (
                "heard" if (device, health) in [(r["kind"], r["health"]) for r in reports] else ""
            )

        await until(heard, f"{_BOX}'s {device} {health}", within_s=60)

    async def _ordered(self, word: str, *, within_s: float) -> str:
        await self._scene.browser.reads("fleet", "#orders", word, within_s=within_s)
        row = await self._scene.browser.text("fleet", "#orders tr:nth-child(2)")
        return " ".join(row.split())[:90]

    async def _writes(self, **printer: str | int) -> None:
        """Write the box's profile, its printer changed, and look at what that changes."""
        document = {key: value for key, value in self._devices.items() if key not in OWN_KEYS}
        document["printer"] = {**document["printer"], **printer}
        browser = self._scene.browser
        await self._opens(f"settings/profile?level=box&target={_BOX}")
        await browser.clears("fleet", "#settings-text")
        await browser.types("fleet", document_as_toml({"devices": document}), "#settings-text")
        await browser.types("fleet", "Đổi khổ giấy", 'input[name="why"]')
        await browser.clicks("fleet", 'form[action="/settings/preview"] button')
        await browser.reads("fleet", "#settings-count", "1")

    @property
    def _devices(self) -> dict[str, Any]:
        """The settings of the box's devices, as its file has them."""
        return tomllib.loads((self._root / "devices.toml").read_text(encoding="utf-8"))

    async def _settled(self, progress: str) -> str:
        async def settled() -> str:
            known = await self._asks(f"api/settings/boxes/{_BOX}")
            return progress if known["progress"] == progress else ""

        return await until(settled, f"settings {progress}", within_s=90)
