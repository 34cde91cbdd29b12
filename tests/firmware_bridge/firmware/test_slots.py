"""Two slots: which image runs, what a trial is, and what gets in."""

import hashlib
from pathlib import Path

import pytest

from firmware_bridge import frames
from firmware_bridge.firmware.slots import MOST_BYTES, MOST_STARTS, MOST_TRIALS, Slots
from firmware_bridge.update import image

OLD, NEW = (image.packed({"a.py": b"x" * 3000 + v.encode()}, v) for v in ("1.0.0", "2.0.0"))


class Flash:
    """A board's folder, and one life after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self) -> tuple[Slots, int]:
        slots = Slots(f"{self.folder}/", "panel")
        return slots, slots.choose()

    def with_(self, data: bytes) -> "Flash":
        slots, _ = self.start()
        take(slots, data)
        self.start()[0].confirm()
        return self

    def runs(self) -> str:
        return version(self.start()[0])


@pytest.fixture
def flash(tmp_path: Path) -> Flash:
    return Flash(tmp_path)


def version(slots: Slots) -> str:
    return "rescue" if slots.running == frames.RESCUE else slots.image().version


def begin(slots: Slots, data: bytes) -> int:
    return slots.begin(len(data), hashlib.sha256(data).digest())[0]


def take(slots: Slots, data: bytes) -> None:
    at = begin(slots, data)
    while at < len(data):
        (at,) = slots.write(at, data[at : at + 500])
    slots.end()


def test_an_empty_board_runs_its_rescue_and_takes_an_image(flash: Flash) -> None:
    slots, cause = flash.start()
    assert (version(slots), cause, slots.some) == ("rescue", frames.RESET_UNKNOWN, False)
    assert not slots.confirmed
    take(slots, OLD)
    slots, cause = flash.start()
    assert (version(slots), cause, slots.confirmed) == ("1.0.0", frames.RESET_UPDATE, False)
    slots.confirm()
    assert slots.confirmed
    slots, cause = flash.start()
    assert (version(slots), cause, slots.confirmed) == ("1.0.0", frames.RESET_UNKNOWN, True)


def test_what_nobody_confirms_is_started_three_times_and_then_the_old_one_runs(
    flash: Flash,
) -> None:
    take(flash.with_(OLD).start()[0], NEW)
    causes = []
    for _ in range(MOST_TRIALS):
        slots, cause = flash.start()
        assert (version(slots), slots.confirmed) == ("2.0.0", False)
        causes.append(cause)
    assert causes == [frames.RESET_UPDATE, frames.RESET_UNKNOWN, frames.RESET_UNKNOWN]
    slots, cause = flash.start()
    assert (version(slots), cause, slots.confirmed) == ("1.0.0", frames.RESET_ROLLBACK, True)
    slots, cause = flash.start()
    assert (version(slots), cause) == ("1.0.0", frames.RESET_UNKNOWN)


def test_a_trial_that_is_taken_back_is_told_as_that(flash: Flash) -> None:
    take(flash.with_(OLD).start()[0], NEW)
    slots, _ = flash.start()
    slots.go_back()
    slots, cause = flash.start()
    assert (version(slots), cause) == ("1.0.0", frames.RESET_ROLLBACK)
    assert flash.start()[1] == frames.RESET_UNKNOWN


def test_an_update_goes_on_where_it_stopped_in_this_life_and_in_the_next(flash: Flash) -> None:
    slots, _ = flash.with_(OLD).start()
    assert begin(slots, NEW) == 0
    assert slots.write(0, NEW[:1000]) == (1000,)
    assert slots.write(0, b"again") == (1000,)
    assert begin(slots, NEW) == 1000
    slots.write(1000, NEW[1000:])
    slots.close()
    slots, _ = flash.start()
    assert version(slots) == "1.0.0"
    assert begin(slots, NEW) == len(NEW)
    slots.end()
    assert flash.runs() == "2.0.0"


def test_another_image_begins_anew(flash: Flash) -> None:
    slots, _ = flash.with_(OLD).start()
    begin(slots, NEW)
    slots.write(0, NEW[:1000])
    other = image.packed({"a.py": b"other"}, "3.0.0")
    assert begin(slots, other) == 0
    take(slots, other)
    assert flash.runs() == "3.0.0"


def test_the_image_that_runs_is_taken_into_the_other_slot(flash: Flash) -> None:
    slots, _ = flash.with_(OLD).start()
    running = slots.running
    assert begin(slots, OLD) == 0
    take(slots, OLD)
    slots, _ = flash.start()
    assert (version(slots), slots.running) == ("1.0.0", 1 - running)


@pytest.mark.parametrize("size", [0, MOST_BYTES + 1])
def test_an_image_of_no_size_is_refused(flash: Flash, size: int) -> None:
    with pytest.raises(ValueError, match="bytes"):
        flash.start()[0].begin(size, bytes(32))


def test_what_was_not_announced_is_refused(flash: Flash) -> None:
    slots, _ = flash.with_(OLD).start()
    with pytest.raises(ValueError, match="no update"):
        slots.write(0, b"x")
    with pytest.raises(ValueError, match="0 of 0"):
        slots.end()
    begin(slots, NEW)
    with pytest.raises(ValueError, match="more than"):
        slots.write(0, NEW + b"x")
    with pytest.raises(ValueError, match="0 of"):
        slots.end()
    slots.write(0, NEW[:-1])
    slots.write(len(NEW) - 1, b"?")
    with pytest.raises(OSError, match="SHA-256"):
        slots.end()
    assert begin(slots, NEW) == 0, "it was thrown away"
    slots.close()
    assert flash.runs() == "1.0.0"


@pytest.mark.parametrize(
    "data", [b"no image\n\n", b"", image.packed({"a.py": b""}, "2.0.0", "lamp")]
)
def test_an_image_for_something_else_is_refused(flash: Flash, data: bytes) -> None:
    data = data or b"\xff" * 100
    with pytest.raises(ValueError, match="no image for a panel"):
        take(flash.with_(OLD).start()[0], data)
    assert flash.runs() == "1.0.0"


def test_an_update_during_a_trial_ends_the_trial_and_leaves_the_old_one(flash: Flash) -> None:
    take(flash.with_(OLD).start()[0], NEW)
    slots, _ = flash.start()
    newer = image.packed({"a.py": b"newer"}, "3.0.0")
    begin(slots, newer)
    with pytest.raises(ValueError, match="on trial"):
        slots.confirm()
    take(slots, newer)
    with pytest.raises(ValueError, match="on trial"):
        slots.confirm()
    slots, _ = flash.start()
    assert version(slots) == "3.0.0"
    slots.go_back()
    assert flash.runs() == "1.0.0"


def test_a_damaged_image_does_not_run(flash: Flash) -> None:
    slots, _ = flash.with_(OLD).with_(NEW).start()
    path = Path(slots.image().path)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert flash.runs() == "1.0.0"
    slots, _ = flash.start()
    assert slots.confirmed
    Path(slots.image().path).unlink()
    slots, _ = flash.start()
    assert version(slots) == "rescue"
    with pytest.raises(OSError, match="SHA-256"):  # it takes up what is damaged, and sees it
        take(slots, NEW)
    take(slots, NEW)
    assert flash.runs() == "2.0.0"


@pytest.mark.parametrize("how", ["not confirmed", "taken back"])
def test_what_did_not_prove_itself_does_not_even_run_where_the_old_one_is_damaged(
    flash: Flash, how: str
) -> None:
    take(flash.with_(OLD).start()[0], NEW)
    slots, _ = flash.start()
    if how == "taken back":
        slots.go_back()
    for _ in range(MOST_TRIALS):
        slots, _ = flash.start()
    assert version(slots) == "1.0.0"
    Path(slots.image().path).write_bytes(b"?")
    slots, _ = flash.start()
    assert version(slots) == "rescue"
    take(slots, NEW)
    assert flash.runs() == "2.0.0"


def test_what_was_taken_back_need_not_be_sent_again(flash: Flash) -> None:
    take(flash.with_(OLD).start()[0], NEW)
    flash.start()[0].go_back()
    slots, _ = flash.start()
    assert begin(slots, NEW) == len(NEW)
    slots.end()
    assert flash.runs() == "2.0.0"


def test_a_state_that_cannot_be_read_is_a_rescue_and_no_end(flash: Flash) -> None:
    state = flash.with_(OLD).folder / "slots"
    state.write_bytes(b"?" + state.read_bytes()[1:])
    slots, _ = flash.start()
    assert version(slots) == "rescue"
    take(slots, NEW)
    assert flash.runs() == "2.0.0"


def test_an_active_image_that_never_lives_gives_way_to_the_rescue_for_a_while(
    flash: Flash,
) -> None:
    flash.with_(OLD)
    for _ in range(MOST_STARTS):
        assert flash.runs() == "1.0.0"
    slots, _ = flash.start()
    assert (version(slots), slots.some) == ("rescue", True)
    for _ in range(2):
        slots, _ = flash.start()
        assert version(slots) == "1.0.0"
        slots.calm()
    for _ in range(MOST_STARTS):
        assert flash.runs() == "1.0.0"


def test_a_flash_that_takes_nothing_more_runs_what_is_there(flash: Flash) -> None:
    take(flash.with_(OLD).start()[0], NEW)
    full = flash.folder / "slots.new"
    full.mkdir()
    assert flash.runs() == "1.0.0", "a trial that cannot be counted is none"
    full.rmdir()
    assert flash.runs() == "2.0.0"
