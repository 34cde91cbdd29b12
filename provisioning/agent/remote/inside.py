"""What the agent asks the other parts of its box: tests, lamps, paper, a picture."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from devices.board.messages import BoardUpdated, UpdateBoard
from devices.contract.clock import LOCAL, Clock
from devices.contract.errors import DeadlinePassedError, MotcuaError
from devices.contract.identity import DEVICES, KIOSK, BoxId
from devices.contract.message import Command, Message, PartStatus, RefusedError, decode
from devices.contract.topics import PartTopics
from devices.hosted import OPEN_WITHIN_S, NotOpenYetError
from devices.messages import IdentifyBox, Kind, PrintReceipt, ReceiptPrinted
from devices.messages import TestDevice as ExerciseDevice
from devices.receipt import Columns, Gap, Receipt, Rule, Size, Text
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus
from devices.runtime.part import software_version
from devices.runtime.requests import Ask
from firmware_bridge.update.updater import LONGEST_S
from kiosk.commands import PictureTaken, ShowName, TakePicture
from provisioning.agent.remote.patience import Patience
from provisioning.commands import (
    BoxIdentified,
    BoxTested,
    DeviceOutcome,
    Identify,
    PrintTestPage,
    TestBox,
)

R = TypeVar("R", bound=Message)
_STATUS_WITHIN_S = 3.0
_TEST_WITHIN_S = 130.0
_PRINT_WITHIN_S = 100.0
_SHOW_WITHIN_S = 2.0
_AGAIN_S = 0.5
_BOARD_STILL_S = 900.0
_BOARD_MOST_S = LONGEST_S + 3600.0
_PICTURE_WITHIN_S = 10.0


class NothingToShowError(MotcuaError):
    """The box has no lamp, panel or screen that answers."""

    code = "box.nothing_to_show"
    retry = True


class DevicesSilentError(MotcuaError):
    """The device process says nothing."""

    code = "devices.silent"
    retry = True


class Inside:
    """The box's parts as the agent asks them."""

    def __init__(self, bus: Bus, ask: Ask, box: BoxId, site: str, clock: Clock) -> None:
        self._bus = bus
        self._ask = ask
        self._box = box
        self._site = site
        self._clock = clock
        self._devices = PartTopics(box, DEVICES)
        self._kiosk = PartTopics(box, KIOSK)

    async def test(self, order: TestBox) -> BoxTested:
        """Have the devices exercised, one after another; raises DevicesSilentError."""
        kinds = order.devices or await self._fitted()
        return BoxTested(devices=tuple([await self._test(kind) for kind in kinds]))

    async def identify(self, order: Identify) -> BoxIdentified:
        """Have everything that can show something do so; raises NothingToShowError."""
        blinked, named = await asyncio.gather(
            self._blink(order.seconds), self._show_name(order.seconds)
        )
        if not blinked + named:
            raise NothingToShowError
        return BoxIdentified(shown_by=blinked + named)

    async def _blink(self, seconds: int) -> tuple[str, ...]:
        try:
            blink = IdentifyBox(seconds=seconds)
            answer = await self._ask(self._devices.cmd, blink, within_s=_SHOW_WITHIN_S)
        except (RefusedError, DeadlinePassedError):
            return ()
        return answer.shown_by

    async def _show_name(self, seconds: int) -> tuple[str, ...]:
        try:
            name = ShowName(name=self._box, seconds=seconds)
            await self._ask(self._kiosk.cmd, name, within_s=_SHOW_WITHIN_S)
        except (RefusedError, DeadlinePassedError):
            return ()
        return (KIOSK,)

    async def print_page(self, order: PrintTestPage, addresses: tuple[str, ...]) -> ReceiptPrinted:
        """Print what the box is; raises RefusedError, DeadlinePassedError."""
        at = self._clock.now().astimezone(LOCAL)
        facts = [
            ("Máy", self._box),
            ("Điểm", self._site or "-"),
            ("Phần mềm", software_version()),
            ("Giờ của máy", f"{at:%H:%M:%S %d/%m/%Y}"),
            *(("Địa chỉ", address) for address in addresses[:6]),
        ]
        page = Receipt(
            blocks=(
                Text(text="TRANG IN THỬ", size=Size.TITLE, bold=True),
                Rule(),
                *(Columns(name=name, value=value) for name, value in facts),
                Rule(),
                Text(text="ẮẰẲẴẶ ẤẦẨẪẬ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ"),
                Gap(height_mm=1),
                Text(text="Phiếu kiểm tra kỹ thuật, không có giá trị", size=Size.SMALL),
            )
        )
        command = PrintReceipt(job=order.order, receipt=page)
        return await self._ask(self._devices.cmd, command, within_s=_PRINT_WITHIN_S)

    async def of_board(self, command: Command[R], *, within_s: float) -> R:
        """Have the device process do something with its board.

        Raises RefusedError, DeadlinePassedError.
        """
        return await self._ask(self._devices.cmd, command, within_s=within_s)

    async def update_board(
        self, command: UpdateBoard, *, still_s: float = _BOARD_STILL_S
    ) -> BoardUpdated:
        """Have the board updated, however long that takes while it goes on.

        Raises RefusedError, DeadlinePassedError when the device process tells of no progress for
        `still_s`, or is not done an hour after the longest time that an update may take.
        """
        patience = Patience(still_s, _BOARD_MOST_S)
        try:
            async with patience, alongside(self._follow_update(patience.moved), name="update"):
                return await self._ask(self._devices.cmd, command, within_s=_BOARD_MOST_S)
        except TimeoutError:
            raise DeadlinePassedError(f"The update stands still for {still_s:g} s.") from None

    async def _follow_update(self, moved: Callable[[], None]) -> None:
        """Say each time that the board's update has come further; never returns."""
        before: tuple[object, ...] = ()
        async with self._bus.listen(self._devices.status) as inbox:
            async for packet in inbox:
                status = decode(packet.payload, PartStatus)
                facts = [one.facts for one in status.devices if one.kind == Kind.BOARD]
                now = tuple((one.get("update_stage"), one.get("update_percent")) for one in facts)
                if now != before:
                    moved()
                before = now

    async def picture(self) -> PictureTaken:
        """Have the kiosk take a picture; raises RefusedError, DeadlinePassedError."""
        return await self._ask(self._kiosk.cmd, TakePicture(), within_s=_PICTURE_WITHIN_S)

    async def _fitted(self) -> tuple[Kind, ...]:
        """Return what the device process says it has."""
        try:
            async with (
                asyncio.timeout(_STATUS_WITHIN_S),
                self._bus.listen(self._devices.status) as inbox,
            ):
                status = decode((await inbox.get()).payload, PartStatus)
        except TimeoutError:
            raise DevicesSilentError from None
        kinds = {device.kind for device in status.devices}
        return tuple(kind for kind in Kind if kind in kinds)

    async def _test(self, kind: Kind) -> DeviceOutcome:
        """Have a device exercised; one that is just being opened is waited for."""
        loop = asyncio.get_running_loop()
        late = loop.time() + OPEN_WITHIN_S
        while (outcome := await self._tested(kind)).code == NotOpenYetError.code:
            if loop.time() > late:
                break
            await asyncio.sleep(_AGAIN_S)
        return outcome

    async def _tested(self, kind: Kind) -> DeviceOutcome:
        command = ExerciseDevice(device=kind)
        try:
            tested = await self._ask(self._devices.cmd, command, within_s=_TEST_WITHIN_S)
        except RefusedError as error:
            code = error.refused.code
            return DeviceOutcome(device=kind, passed=False, text=error.sentence, code=code)
        except MotcuaError as error:
            return DeviceOutcome(device=kind, passed=False, text=error.sentence, code=error.code)
        return DeviceOutcome(device=kind, passed=tested.result.passed, text=tested.result.text)
