"""A board with MCUboot brought to firmware at the terminal: sent, tried, and kept if it answers.

Its bootloader starts what the board's maker has signed. That the firmware is the province's too,
and meant for this board, is what the manifest is for.
"""

from rich.panel import Panel
from rich.text import Text

from firmware_bridge.update.manifest import Release
from firmware_bridge.update.smp_updater import image_identity, install, update
from provisioning.boards.flashing import Way, followed, kept

_UNSIGNED = (
    "NẠP ẢNH KHÔNG CÓ CHỮ KÝ, CHỈ DÙNG TRONG PHÒNG THÍ NGHIỆM.\n"
    "Không ai kiểm tra ảnh này của ai, cho loại bo mạch nào. Không cắm bo mạch này vào hộp phục vụ."
)


async def flash(way: Way, release: Release, *, kind: str, one_way: bool) -> None:
    """Bring the board to the release, with a bar; raises BoardError.

    `kind` is what the board is known to be; empty: what the manifest says.
    """
    what = release.manifest
    with followed(way, f"{what.name} {what.version} ({what.kind})", what.size) as seen:
        runs = await update(
            str(way.port),
            release,
            kind=kind or what.kind,
            baud=way.baud,
            progress=seen,
            one_way=one_way,
            prove_s=way.prove_s,
        )
    kept(way, runs.version)


async def flash_unsigned(way: Way, image: bytes, *, one_way: bool) -> None:
    """Do the same with an image that nobody vouches for, and say so loudly; raises BoardError."""
    way.console.print(Panel(Text(_UNSIGNED, "bold red"), border_style="bold red"))
    with followed(way, image_identity(image).version, len(image)) as seen:
        runs = await install(
            str(way.port),
            image,
            baud=way.baud,
            progress=seen,
            one_way=one_way,
            prove_s=way.prove_s,
        )
    kept(way, runs.version)
    way.console.print(Text("Ảnh không có chữ ký.", "bold red"))
