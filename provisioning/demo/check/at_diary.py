"""An appointment: booked in the register, checked in at the kiosk, seen by the supervisor."""

from kiosk.ui.events import PressKey
from kiosk.ui.flows.appointment.pages import OpenAppointment
from kiosk.ui.flows.menu.pages import ShowMenu
from kiosk.ui.keyboard.keys import Act
from provisioning.demo import sample
from provisioning.demo.check.at_kiosk import AtKiosk
from provisioning.demo.check.report import MissedError
from provisioning.demo.check.scene import Scene
from provisioning.demo.sample import BOX_B

_TAB, _HEAD = "diary", "head"
_SERVICE, _WHO = "ho-tich", "Trần Văn Mẫu"


class AtDiary:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene, kiosk: AtKiosk) -> None:
        self._scene = scene
        self._kiosk = kiosk
        self._code = ""
        self._number = ""

    async def books(self) -> str:
        """Book the next free time in the register, whose officer has signed in."""
        browser, address = self._scene.browser, self._scene.links["register"]
        await browser.opens(_TAB, f"{address}bookings")
        slot = f'select[name="slot"] option[value^="{_SERVICE}@"]'
        if not await browser.has(_TAB, slot):
            raise MissedError("no time is free today")
        await browser.clicks(_TAB, slot)
        await browser.types(_TAB, _WHO, '[name="name"]')
        await browser.clicks(_TAB, 'form.stack[action="/bookings"] button')
        row = await browser.reads(_TAB, "table.list tbody", _WHO)
        self._code = (await browser.text(_TAB, "table.list .code")).strip()
        await browser.picture(_TAB, self._scene.shot("register-bookings"), size=(1366, 768))
        return " ".join(row.split())[:60]

    async def checks_in(self) -> str:
        """Type the code at the kiosk: a number on glass and paper."""
        citizen, before = self._scene.at[BOX_B], self._scene.pieces(BOX_B)
        await citizen.opens_menu()
        await citizen.leafs_to(OpenAppointment(), ShowMenu)
        await citizen.comes_to("AskAppointment")
        await citizen.types(self._code)
        await citizen.reads(self._code, lambda _: self._code in citizen.text())
        await citizen.picture(self._scene.shot("kiosk-appointment"))
        await citizen.touches(PressKey(act=Act.DONE))
        self._number = await self._kiosk.issued(BOX_B)
        await self._scene.came_out(BOX_B, before)
        if _WHO in citizen.text():
            raise MissedError("the name stands on the glass")
        await citizen.goes_home()
        return f"{self._code} is {self._number}, printed"

    async def is_expected(self) -> str:
        """See on the supervisor's page that this number has come by appointment."""
        browser = self._scene.browser
        await browser.opens(_HEAD, self._scene.links["head"])
        await browser.types(_HEAD, f"{sample.PIN}\n", "#pin")
        await browser.reads(_HEAD, "#desks", "Quầy 2")
        await browser.picture(_HEAD, self._scene.shot("head"), size=(1366, 768))
        await browser.clicks(_HEAD, "#tab-line")
        row = await browser.reads(_HEAD, f'#line tr[data-number="{self._number}"]', "Hẹn")
        await browser.picture(_HEAD, self._scene.shot("head-line"), size=(1366, 768))
        await browser.closes(_TAB)
        return " ".join(row.split())[:60]
