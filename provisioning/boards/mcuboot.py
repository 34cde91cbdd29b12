"""A board with MCUboot brought to an image at the terminal: sent, tried, and kept if it answers.

Whose images such a board starts is its bootloader's business: it has the maker's key. No manifest
stands beside them.
"""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.text import Text

from firmware_bridge.errors import BoardError
from firmware_bridge.update.errors import RolledBackError
from firmware_bridge.update.mcumgr import SlotImage, SmpBoard
from provisioning.boards.shown import bar, plain

_MEET_S = 5.0
_SWAPPED_WITHIN_S = 120.0  # a bootloader moves two slots' worth of flash
_LOOK_AGAIN_S = 0.5


async def flash(port: Path, image: bytes, baud: int, console: Console) -> None:
    """Bring the board to the image, with a bar; raises BoardError.

    Where the bootloader has no trials the image stays as soon as it has started.
    """
    async with SmpBoard(str(port), baud=baud, within_s=_MEET_S) as board:
        before = await board.running()
        _say(console, f"Đang chạy {before.version}; {len(image) / 1024:.1f} KiB → {port.name}")
        with bar(console) as shown:
            task = shown.add_task("Gửi", total=len(image))
            await board.upload(image, sent=lambda at: shown.update(task, completed=at))
        fresh = _sent(await board.images(), before)
        if fresh is None:
            _say(console, f"Bo mạch đã chạy chính bản này ({before.version}).", "bold green")
            return
        on_trial = await board.reverts()
        if on_trial:
            await board.test(fresh.hash)
        await board.restart()
    _say(console, f"Khởi động {fresh.version} ...")
    await _kept(port, fresh, baud, on_trial=on_trial)
    _say(console, f"Bo mạch chạy {fresh.version}, đã xác nhận.", "bold green")


def _sent(images: tuple[SlotImage, ...], before: SlotImage) -> SlotImage | None:
    """Return the image that was sent; None when it is the one that runs."""
    others = [one for one in images if not one.active and one.slot != before.slot]
    return next((one for one in others if one.hash != before.hash), None)


async def _kept(port: Path, fresh: SlotImage, baud: int, *, on_trial: bool) -> None:
    """Wait until the image runs, and let it stay; raises RolledBackError when it does not."""
    runs, end = "", asyncio.get_running_loop().time() + _SWAPPED_WITHIN_S
    while asyncio.get_running_loop().time() < end:
        await asyncio.sleep(_LOOK_AGAIN_S)
        try:
            async with SmpBoard(str(port), baud=baud) as board:
                now = await board.running()
                if (now.hash, now.version) == (fresh.hash, fresh.version):
                    if on_trial:
                        await board.confirm()
                    return
                runs = now.version
        except BoardError as error:  # it is restarting
            if not error.retry:
                raise
    raise RolledBackError(f"{fresh.version} does not run, {runs or 'nothing'} does")


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(plain(text), style))
