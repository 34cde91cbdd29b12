"""A board on a technician's terminal. What a board says is printed as text, never as markup."""

from datetime import datetime, timedelta

from rich.console import Console, Group
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from firmware_bridge import frames
from firmware_bridge.board import Event, Identity
from firmware_bridge.errors import BoardBusyError, BoardError
from provisioning.boards import words
from provisioning.boards.facts import Answer, Facts, temperature_c
from provisioning.boards.ports import Holder

_NOT_KNOWN = "–"


def plain(text: str) -> str:
    """Return the text without what would steer a terminal."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)


def boards(answers: list[Answer]) -> Table:
    """Return the table of the ports, and who is there."""
    table = Table(box=None, pad_edge=False)
    for name in ("Cổng", "Bo mạch", "Phiên bản", "Khe", "Khởi động", "Lý do"):
        table.add_column(name, overflow="fold")
    for answer in answers:
        if answer.identity:
            who = answer.identity
            cells = (who.uid, plain(who.version), _slot(who), str(who.starts))
            row = (*cells, words.RESETS.get(who.reset, who.reset))
            table.add_row(*(Text(cell) for cell in (answer.port.name, *row)))
        else:
            table.add_row(Text(answer.port.name), Text(_absence(answer), "yellow"))
    return table


def sheet(facts: Facts) -> Table:
    """Return everything about one board."""
    who, table = facts.identity, Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")

    def line(name: str, value: str, style: str = "") -> None:
        table.add_row(name, Text(value, style))

    line("Bo mạch", who.uid)
    line("Phiên bản", plain(who.version))
    line("Khe", _slot(who), "" if who.confirmed else "yellow")
    line("Khởi động", f"lần {who.starts}, {words.RESETS.get(who.reset, who.reset)}")
    if not who.same_table:
        line("Bảng tin", "khác với phần mềm của hộp: chỉ cập nhật được", "yellow")
    if facts.fitted:
        parts = facts.fitted
        have = f"{parts.lines} dòng chữ, {parts.buttons} nút, {parts.lamps} đèn"
        line("Có", f"{have}, {parts.switches} công tắc")
    if facts.levels:
        _levels(table, facts)
    if facts.watch:
        line(*_watch(facts))
    return table


def bar(console: Console) -> Progress:
    """Return a bar for an image on its way."""
    columns = (TextColumn("{task.description:<22}"), BarColumn(), DownloadColumn())
    return Progress(*columns, TransferSpeedColumn(), TimeRemainingColumn(), console=console)


def watching(port: str, facts: Facts | None) -> Group:
    """Return what stands below the events while somebody looks on."""
    title = Text(f"── {port} · Ctrl-C: thoát ", "dim")
    return Group(title, sheet(facts) if facts else Text("đang hỏi bo mạch ...", "dim"))


def event(told: Event, now: datetime) -> Text:
    """Return one line about an event."""
    at = now - timedelta(milliseconds=told.age_ms)
    line = Text(f"{at:%H:%M:%S}  {frames.starts(told.boot)}/{told.id:<5} ", "dim")
    return line.append(words.event(told.name, told.values), "default")


def trouble(console: Console, error: BoardError, held_by: Holder | None = None) -> int:
    """Tell what went wrong and what to do about it; returns the exit status."""
    guide = words.guide(error)
    console.print(Text(f"{guide.matter} ({error.code})", "bold red"))
    if isinstance(error, BoardBusyError) and held_by:
        console.print(Text(f"  Đang giữ cổng: {holding(held_by)}"))
    elif str(error):
        console.print(Text(f"  {plain(str(error))}", "dim"))
    console.print(Text(f"→ {_act(guide, held_by)}"))
    return guide.status


def holding(holder: Holder) -> str:
    """Return who holds a port, in a few words."""
    return f"{holder.unit or plain(holder.name)} (tiến trình {holder.pid})"


def _act(guide: words.Guide, held_by: Holder | None) -> str:
    if held_by is None or not held_by.unit:
        return guide.act
    stop = f"sudo systemctl stop {held_by.unit}"
    return (
        f"`{stop}`, chạy lại lệnh, rồi `sudo systemctl start {held_by.unit}`.\n"
        "  Hoặc làm từ trang hộp trên bảng điều khiển của tỉnh: không cần dừng gì."
    )


def _absence(answer: Answer) -> str:
    if answer.held_by:
        return f"{holding(answer.held_by)} đang giữ"
    if isinstance(answer.error, BoardBusyError):
        return "chương trình khác đang giữ"
    return "không trả lời như bo mạch của Motcua"


def _slot(who: Identity) -> str:
    if who.slot == frames.RESCUE:
        return "cứu hộ: không bản nào chạy được"
    return f"{'AB'[who.slot] if who.slot in (0, 1) else who.slot}" + (
        "" if who.confirmed else " (đang thử, chưa xác nhận)"
    )


def _levels(table: Table, facts: Facts) -> None:
    levels, fitted = facts.levels, facts.fitted
    if levels is None:
        return
    down = [str(n) for n in range(16) if levels.buttons >> n & 1]
    table.add_row("Nút đang bấm", Text(", ".join(down) or "không"))
    for which in range(fitted.switches if fitted else 2):
        closed = bool(levels.switches >> which & 1)
        style = "" if closed else "bold red"
        name = f"Công tắc {words.switch(which)}"
        table.add_row(name, Text(words.SWITCH_STATES[closed], style))
    degrees = temperature_c(levels)
    table.add_row("Nhiệt độ", Text(_NOT_KNOWN if degrees is None else f"{degrees:.1f} °C"))
    table.add_row("Quạt", Text(f"{levels.fan} %"))
    table.add_row("Giấy", Text(words.PAPER.get(levels.paper, _NOT_KNOWN)))


def _watch(facts: Facts) -> tuple[str, str, str]:
    name, watch = "Canh hộp", facts.watch
    if watch is None or not watch.limit_s:
        return name, "ngủ: không canh hộp", ""
    cuts = f"; đã ngắt {watch.cuts} lần" if watch.cuts else ""
    if watch.held_s:
        return name, f"tạm dừng {watch.held_s} giây nữa{cuts}", "yellow"
    return name, f"ngắt điện hộp sau {watch.left_s} giây nếu hộp im lặng{cuts}", ""
