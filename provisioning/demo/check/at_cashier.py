"""A fee: shown as a VietQR, printed, confirmed by the back office, seen by all."""

from kiosk.ui.flows.fees.pages import OpenFeeCode, PrintFee, ShowFeePart
from kiosk.ui.flows.fees.texts import VIETNAMESE
from kiosk.ui.flows.menu.pages import ShowMenu
from kiosk.ui.screen import Sheet
from provisioning.demo.check.report import MissedError
from provisioning.demo.check.scene import Scene
from provisioning.demo.office import FEES
from provisioning.demo.sample import BOX_A

_CONSOLE, _REGISTER = "console", "register"
_REFERENCE, _AMOUNT, _WHAT = "MAU HO TICH 1", "30000", "Lệ phí (mẫu)"
_AMOUNT_FIELD = "540530000"
"""EMVCo: tag 54, five digits (domain §4.2)."""
_SHOWN = "30.000\u00a0đồng"
_PENDING = VIETNAMESE.pending_title.format(amount=_SHOWN)
_CONFIRMED = VIETNAMESE.confirmed_title.format(amount=_SHOWN)


class AtCashier:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._symbol = ""

    async def asks(self, dossier: str) -> str:
        """Ask a fee for a dossier, at the register."""
        browser, address = self._scene.browser, self._scene.links["register"]
        await browser.opens(_REGISTER, f"{address}payments")
        told = {"dossier": dossier, "amount_vnd": _AMOUNT, "reference": _REFERENCE, "what": _WHAT}
        for field, value in told.items():
            await browser.types(_REGISTER, value, f'[name="{field}"]')
        await browser.clicks(_REGISTER, 'form[action="/payments"] button:not(.quiet)')
        return await browser.reads(_REGISTER, "section .code", _REFERENCE)

    async def sees(self, dossier: str) -> str:
        """Hold the dossier's code to the scanner: what is to be paid, and how."""
        citizen = self._scene.at[BOX_A]
        await citizen.opens_menu()
        await citizen.leafs_to(OpenFeeCode(), ShowMenu)
        await citizen.comes_to("AskFeeCode")
        self._scene.shows(BOX_A, dossier)
        body = (await citizen.comes_to("OneFee")).screen.body
        self._symbol = body.qr if isinstance(body, Sheet) else ""
        account = FEES.pay_to.account if FEES.pay_to else ""
        if not (_AMOUNT_FIELD in self._symbol and account in self._symbol):
            raise MissedError(f"{self._symbol!r} is not a transfer of {_AMOUNT} to {account}")
        await citizen.reads(_PENDING, lambda _: _PENDING in citizen.text())
        await citizen.picture(self._scene.shot("kiosk-fee"))
        return f"{_PENDING}, with its VietQR"

    async def prints(self) -> str:
        """Take it home on paper: the same VietQR."""
        before = self._scene.pieces(BOX_A)
        await self._scene.at[BOX_A].leafs_to(PrintFee(), ShowFeePart)
        piece = await self._scene.came_out(BOX_A, before)
        if await self._scene.symbol(piece) != self._symbol:
            raise MissedError("the paper has another code than the glass")
        return "the paper's code is the glass's"

    async def waits(self) -> str:
        """See on the console that it is not confirmed."""
        browser = self._scene.browser
        await browser.clicks(_CONSOLE, "#tab-fees")
        await browser.reads(_CONSOLE, self._row, "Chờ xác nhận")
        return f"{_REFERENCE}: chờ xác nhận"

    async def is_confirmed(self) -> str:
        """Confirm it in the back office: the citizen's page says so by itself."""
        form = f'form[action="/payments/fees/{_REFERENCE.replace(" ", "%20")}"]'
        await self._scene.browser.clicks(_REGISTER, f'{form} [value="confirmed"]')
        citizen = self._scene.at[BOX_A]
        await citizen.waits_for(_CONFIRMED, lambda _: _CONFIRMED in citizen.text())
        await citizen.picture(self._scene.shot("kiosk-fee-confirmed"))
        return _CONFIRMED

    async def is_reconciled(self) -> str:
        """See it in the officers' list of the day."""
        browser = self._scene.browser
        await browser.clicks(_CONSOLE, "#tab-queue")
        await browser.clicks(_CONSOLE, "#tab-fees")  # opened anew, it asks anew
        seen = await browser.reads(_CONSOLE, self._row, "Đã xác nhận", within_s=40)
        await browser.picture(_CONSOLE, self._scene.shot("officer-fees"), size=(1280, 720))
        return " ".join(seen.split())[:80]

    @property
    def _row(self) -> str:
        return f'#fees tr[data-reference="{_REFERENCE}"]'
