"""What lies behind the counter: procedures, and a dossier that is received and followed."""

from kiosk.ui.flows.dossier.pages import PrintDossier
from kiosk.ui.flows.procedures.pages import (
    OpenProcedure,
    OpenSector,
    OpenSectors,
    PrintList,
    SetCase,
    ShowProcedurePart,
    ShowProcedures,
    Subject,
    TellOfProcedure,
)
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.office import OFFICER, PASSWORD
from provisioning.demo.sample import BOX_A

_SECTOR, _PROCEDURE, _CASE = "ho-tich", "1.001193", "dung-han"
_TAB = "register"
_OWNER, _RECEIVED = "Nguyễn Thị Mẫu", "Được tiếp nhận"


class AtRegister:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._code = ""

    async def finds_a_procedure(self) -> str:
        """Go from the menu to a procedure's facts."""
        citizen = self._scene.at[BOX_A]
        await citizen.opens_menu()
        await citizen.picture(self._scene.shot("kiosk-menu"))
        await citizen.touches(OpenSectors())
        await citizen.comes_to("Sectors")
        await citizen.touches(OpenSector(sector=_SECTOR))
        await citizen.comes_to("Procedures")
        await citizen.leafs_to(OpenProcedure(code=_PROCEDURE), ShowProcedures)
        await citizen.comes_to("ProcedureCases")
        await citizen.touches(SetCase(case=_CASE))
        await citizen.comes_to("ProcedureFacts")
        await citizen.picture(self._scene.shot("kiosk-procedure"))
        if "Dữ liệu mẫu" not in citizen.text():
            raise MissedError("sample data is not called so")
        return _PROCEDURE

    async def prints_its_papers(self) -> str:
        """Have the check-list printed."""
        citizen, pieces = self._scene.at[BOX_A], self._scene.pieces(BOX_A)
        await citizen.leafs_to(TellOfProcedure(subject=Subject.PAPERS), ShowProcedurePart)
        await citizen.comes_to("ProcedureList")
        await citizen.picture(self._scene.shot("kiosk-papers"))
        await citizen.leafs_to(PrintList(), ShowProcedurePart)
        await until(self._scene.more_pieces(BOX_A, pieces), "a check-list", within_s=40)
        await citizen.goes_home()
        return "a check-list, printed"

    async def receives(self) -> str:
        """Receive a dossier by hand at the commune's own register."""
        browser, address = self._scene.browser, self._scene.links["register"]
        await browser.opens(_TAB, address)
        await browser.types(_TAB, OFFICER, '[name="officer"]')
        await browser.types(_TAB, PASSWORD + "\n", '[name="password"]')
        await browser.clicks(_TAB, 'a[href="/receive"]')
        await browser.types(_TAB, _PROCEDURE, '[name="form"]')
        await browser.types(_TAB, _OWNER, '[name="owner"]')
        await browser.clicks(_TAB, "button.main")
        self._code = (await browser.reads(_TAB, ".code.big", "H50")).strip()
        await browser.picture(_TAB, self._scene.shot("register"), size=(1366, 768))
        return self._code

    async def follows(self) -> str:
        """Hold the code to the scanner: the glass tells how far the dossier is, and of nobody."""
        citizen = self._scene.at[BOX_A]
        await citizen.goes_home()
        self._scene.shows(BOX_A, self._code)
        await citizen.comes_to("DossierSheet", within_s=60)
        await citizen.reads(_RECEIVED, lambda _: _RECEIVED in citizen.text())
        await citizen.picture(self._scene.shot("kiosk-dossier"))
        if _OWNER in citizen.text():
            raise MissedError("the owner's name stands on the glass")
        pieces = self._scene.pieces(BOX_A)
        await citizen.touches(PrintDossier())
        await until(self._scene.more_pieces(BOX_A, pieces), "a slip", within_s=40)
        await citizen.goes_home()
        return "told and printed, without a name"
