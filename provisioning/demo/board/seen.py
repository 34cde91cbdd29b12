"""What a board of the demo shows, as eyes see it."""

from dataclasses import dataclass

from provisioning.demo.board.plan import BoardPlan


@dataclass(frozen=True, slots=True)
class Seen:
    """The panel's lines from the top, and which lamps burn in this moment."""

    panel: tuple[str, ...]
    lamps: dict[str, bool]


def looked_at(board: BoardPlan) -> Seen:
    """Return what there is to be seen now; nothing while the board has no power."""
    try:
        words = [line.split(" ", 2) for line in board.shown.read_text("utf-8").splitlines()]
    except OSError:
        words = []
    named = [line for line in words if len(line) > 2]  # noqa: PLR2004 - kind, which, what
    return Seen(
        panel=tuple(what.strip() for kind, _, what in named if kind == "line"),
        lamps={which: what == "1" for kind, which, what in named if kind == "lamp"},
    )
