"""A board with MCUboot and Zephyr's SMP server, as others built them, in QEMU."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

from firmware_bridge.errors import BoardBusyError, BoardError, BoardMuteError, RefusedError
from firmware_bridge.update.mcumgr import SmpBoard
from firmware_bridge.update.smp_updater import image_identity
from tests.counterparts.qemu import ONE_WAY, SWAP, QemuBoard, qemu_board
from tests.counterparts.wire import wire
from tests.firmware_bridge.update.smp_peer import reply, smp_peer
from tests.waiting import until

NEW = "1.0.0"


async def versions(board: SmpBoard) -> list[tuple[str, bool, bool]]:
    """Return of each image: version, whether it runs, whether it stays."""
    return [(image.version, image.active, image.confirmed) for image in await board.images()]


async def started_on_trial(far: QemuBoard, board: SmpBoard) -> None:
    """Have the new image sent and tried; the board has restarted then."""
    image = SWAP.image(NEW)
    await board.upload(image)
    await board.test(image_identity(image).hash)
    starts = far.starts
    await board.restart()
    await until(lambda: far.starts > starts, "a restart")


async def swapping_or_started(far: QemuBoard, swaps: int) -> None:
    """Wait until it has begun more swaps than so many, or runs again."""
    await until(lambda: far.swaps > swaps or far.starts > 1, "a swap")


@pytest.mark.real
async def test_it_says_what_it_has_and_whether_it_would_go_back() -> None:
    with qemu_board(SWAP) as far:
        async with SmpBoard(far.path) as board:
            assert await board.echo("well") == "well"
            (image,) = await board.images()
            assert image == await board.running()
            assert (image.version, image.hash) == image_identity(SWAP.firmware)
            assert image.active
            assert image.confirmed
            assert await board.reverts()
    with qemu_board(ONE_WAY) as far:
        async with SmpBoard(far.path) as board:
            assert not await board.reverts()
            with pytest.raises(RefusedError, match="enotsup"):
                await board.test((await board.running()).hash)


@pytest.mark.real
async def test_a_new_image_runs_on_trial_and_stays_once_confirmed() -> None:
    with qemu_board(SWAP) as far:
        async with SmpBoard(far.path) as board:
            await started_on_trial(far, board)
        async with SmpBoard(far.path) as board:
            assert await versions(board) == [(NEW, True, False), ("0.0.0", False, True)]
            assert await board.reverts()
            await board.confirm()
            assert (NEW, True, True) in await versions(board)
        far.cut_power()
        async with SmpBoard(far.path) as board:
            assert (await board.running()).version == NEW


@pytest.mark.real
async def test_an_image_may_be_named_for_its_trial_twice_and_another_is_refused() -> None:
    image = SWAP.image(NEW)
    with qemu_board(SWAP) as far:
        async with SmpBoard(far.path) as board:
            await board.upload(image)
            for _ in range(2):
                await board.test(image_identity(image).hash)
            assert [one.pending for one in await board.images()] == [False, True]
            assert await board.reverts(), "it is asked no more once a trial is to come"
            with pytest.raises(RefusedError):
                await board.test(bytes(32))


@pytest.mark.real
async def test_a_new_image_that_is_not_confirmed_is_gone_at_the_next_start() -> None:
    with qemu_board(SWAP) as far:
        async with SmpBoard(far.path) as board:
            await started_on_trial(far, board)
        async with SmpBoard(far.path) as board:
            assert (await board.running()).version == NEW
        far.cut_power()
        async with SmpBoard(far.path) as board:
            assert await versions(board) == [("0.0.0", True, True), (NEW, False, False)]


@pytest.mark.real
async def test_resets_amid_an_upload_cost_only_what_was_sent() -> None:
    """A board that loses its power has forgotten how far it was, and says so."""
    cuts, offsets = [45_000, 25_000, 5_000], [0]
    with qemu_board(SWAP) as far:

        def sent(offset: int) -> None:
            offsets.append(offset)
            if cuts and offset >= cuts[-1]:
                cuts.pop()
                far.cut_power()

        async with SmpBoard(far.path) as board:
            await board.upload(SWAP.image(NEW), sent=sent)
            assert await versions(board) == [("0.0.0", True, True), (NEW, False, False)]
        assert not cuts
        assert sum(later < earlier for earlier, later in pairwise(offsets)) == 3
        assert far.starts == 4


@pytest.mark.real
async def test_an_upload_goes_on_where_it_was_when_only_the_cable_was_drawn(tmp_path: Path) -> None:
    image, offsets = SWAP.image(NEW), []
    with qemu_board(SWAP) as far, wire(far.path, by_id=tmp_path / "board") as cable:

        def sent(offset: int) -> None:
            offsets.append(offset)
            if len(offsets) == 20:
                cable.cut()

        async with SmpBoard(str(tmp_path / "board")) as board:
            with pytest.raises(BoardError):
                await board.upload(image, sent=sent)
        cable.join()
        async with SmpBoard(str(tmp_path / "board")) as board:
            await board.upload(image, sent=offsets.append)
            assert (NEW, False, False) in await versions(board)
    assert offsets == sorted(offsets)


@pytest.mark.real
async def test_a_corrupted_image_is_refused_by_the_bootloader_and_the_old_one_answers() -> None:
    corrupted = SWAP.image(NEW, flipped_at=0x3000)
    with qemu_board(SWAP) as far:
        async with SmpBoard(far.path) as board:
            await board.upload(corrupted)
            await board.test(image_identity(corrupted).hash)
            await board.restart()
            await until(lambda: far.starts == 2, "a restart")
        async with SmpBoard(far.path) as board:
            assert await versions(board) == [("0.0.0", True, True)]
        assert "Image in the secondary slot is not valid!" in far.printed


@pytest.mark.real
async def test_power_that_goes_while_the_bootloader_swaps_bricks_nothing() -> None:
    amid = 0
    with qemu_board(SWAP) as far:
        async with SmpBoard(far.path) as board:
            image = SWAP.image(NEW)
            await board.upload(image)
            await board.test(image_identity(image).hash)
            await board.restart()
            while far.starts == 1 and amid < 4:
                await swapping_or_started(far, amid)
                amid += 1
                far.cut_power()
            await until(lambda: far.starts > 1, "a start")
        assert amid > 1
        async with SmpBoard(far.path) as board:
            on_trial = [(NEW, True, False), ("0.0.0", False, True)]
            gone_back = [("0.0.0", True, True), (NEW, False, False)]  # the last cut came after it
            assert await versions(board) in (on_trial, gone_back)


async def test_what_a_server_refuses_has_a_word_and_busy_may_be_tried_again() -> None:
    answers: list[object] = [
        {"rc": 10},
        {"rc": 6, "rsn": "not now"},
        {"err": {"group": 1, "rc": 2}},
        {"images": []},
    ]
    with smp_peer(lambda request: reply(request, {"buf_size": 256, "buf_count": 1})) as peer:
        async with SmpBoard(peer.path) as board:
            peer.answer = lambda request: reply(request, answers.pop(0))
            with pytest.raises(BoardBusyError):
                await board.images()
            with pytest.raises(RefusedError, match="ebadstate: not now"):
                await board.images()
            with pytest.raises(RefusedError, match="flash_config_query_fail"):
                await board.images()
            with pytest.raises(RefusedError, match="empty"):
                await board.running()


@pytest.mark.parametrize(
    ("said", "reverts"),
    [(0, False), (1, True), (2, False), (3, True), (4, False), (5, True), (6, False), (9, True)],
)
async def test_a_bootloader_that_tells_its_mode_is_believed(said: int, reverts: bool) -> None:  # noqa: FBT001 - a row
    mode = {"bootloader": "MCUboot", "response": {"mode": said}}
    with smp_peer(lambda request: reply(request, {"rc": 8})) as peer:  # an old server's parameters
        async with SmpBoard(peer.path) as board:
            peer.answer = lambda request: reply(request, mode)
            assert await board.reverts() is reverts


async def test_an_answer_that_is_none_is_the_house_s_error_whatever_it_is() -> None:
    noise = random.Random(7)
    nonsense: list[object] = [noise.randbytes(noise.randrange(1, 40)) for _ in range(300)]
    nonsense += [b"\xbf", b"\xf6", b"\x9f" * 99, [1], "x", {1: 2}, {"images": 3}, {"rc": 999}]
    nonsense += [{"images": [{"slot": 0}]}, {"header": 1}, {"sequence": 1}]
    with smp_peer(lambda request: reply(request, {"rc": 8})) as peer:
        async with SmpBoard(peer.path) as board:
            for data in nonsense:
                peer.answer = lambda request, data=data: reply(request, data)  # type: ignore[misc]
                with pytest.raises(BoardMuteError):
                    await board.images()


@pytest.mark.parametrize("off", [0, None, 1_000_000])
async def test_a_server_that_takes_nothing_is_given_up(off: int | None) -> None:
    with smp_peer(lambda request: reply(request, {"buf_size": 256, "buf_count": 1})) as peer:
        async with SmpBoard(peer.path) as board:
            peer.answer = lambda request: reply(request, {} if off is None else {"off": off})
            with pytest.raises(BoardMuteError if off == 0 else RefusedError):
                await board.upload(bytes(1000))


async def test_what_came_to_a_server_otherwise_than_it_was_sent_is_refused() -> None:
    with smp_peer(lambda request: reply(request, {"buf_size": 2048, "buf_count": 1})) as peer:
        async with SmpBoard(peer.path) as board:
            peer.answer = lambda request: reply(request, {"off": 1000, "match": False})
            with pytest.raises(RefusedError, match="ecorrupt"):
                await board.upload(bytes(1000))


async def test_a_port_where_nothing_answers_is_mute() -> None:
    with smp_peer() as peer, pytest.raises(BoardMuteError):
        async with SmpBoard(peer.path, within_s=0.1):
            pass
