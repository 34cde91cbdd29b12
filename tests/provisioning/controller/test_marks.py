"""How a journal stands, and what becomes of an entry (docs/architecture.md, "Events")."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.contract.errors import BadPayloadError
from devices.contract.message import JournalEntry
from provisioning.controller.marks import WINDOW, Mark, Standing, Verdict, checked
from tests.provisioning.controller.saying import entry


def take(standing: Standing[int], *ones: JournalEntry) -> list[Verdict]:
    return [standing.take(one, one.seq) for one in ones]


def at(seq: int, *waits: int, earlier: int = 0) -> Standing[int]:
    return Standing(Mark(seq), {one: one for one in waits}, earlier=earlier)


def test_the_next_entry_is_stored_and_passed() -> None:
    standing = at(4)
    assert take(standing, entry(5)) == [Verdict.STORE]
    assert (standing.mark, standing.passed) == (Mark(5), [5])


def test_an_entry_stored_before_is_a_duplicate_also_when_it_waits() -> None:
    standing = at(4, 7)
    assert take(standing, entry(4), entry(7)) == [Verdict.DUPLICATE] * 2
    assert (standing.mark, standing.passed) == (Mark(4), [])


def test_what_is_above_a_gap_waits_until_the_mark_comes() -> None:
    standing = at(4)
    assert take(standing, entry(6), entry(7)) == [Verdict.STORE] * 2
    assert (standing.mark, standing.passed, set(standing.waits)) == (Mark(4), [], {6, 7})
    take(standing, entry(5))
    assert (standing.mark, standing.passed, standing.waits) == (Mark(7), [5, 6, 7], {})


def test_what_is_too_far_above_is_not_kept() -> None:
    standing = at(4)
    assert take(standing, entry(4 + WINDOW), entry(5 + WINDOW)) == [Verdict.STORE, Verdict.GAP]
    assert set(standing.waits) == {4 + WINDOW}


def test_what_no_box_holds_any_more_is_counted_as_lost_and_does_not_block() -> None:
    standing = at(4, 6)
    take(standing, entry(10, oldest=9))
    assert (standing.mark, standing.passed, set(standing.waits)) == (Mark(8, lost=3), [6], {10})
    take(standing, entry(9, oldest=9))
    assert (standing.mark, standing.passed) == (Mark(10, lost=3), [6, 9, 10])


def test_an_empty_database_begins_at_a_boxs_oldest_entry() -> None:
    standing = at(0)
    take(standing, entry(502, oldest=501))
    assert (standing.mark, set(standing.waits)) == (Mark(500, lost=500), {502})


@pytest.mark.parametrize(("earlier", "lost"), [(450, 0), (395, 5)])
def test_a_store_put_back_to_an_earlier_state_loses_nothing_when_it_goes_on_counting(
    earlier: int, lost: int
) -> None:
    standing = at(0, earlier=earlier)
    take(standing, entry(401, oldest=401, boot=8))
    assert standing.mark == Mark(401, lost=lost)
    take(standing, entry(403, oldest=403, boot=8))  # what is missing from here on is lost
    assert standing.mark == Mark(403, lost=lost + 1)


@pytest.mark.parametrize(
    "bad", [entry(0, oldest=0), entry(1, oldest=2), entry(2**60), entry(1, boot=-1)]
)
def test_numbers_no_journal_has_are_refused(bad: JournalEntry) -> None:
    with pytest.raises(BadPayloadError):
        checked(bad)


@settings(max_examples=60)
@given(st.integers(1, 40), st.randoms(use_true_random=False))
def test_whatever_the_order_and_however_often_a_journal_ends_up_whole(
    newest: int, order: random.Random
) -> None:
    """Delivered shuffled, with repetitions and holes: all stored, once, in order."""
    standing, stored = at(0), 0
    for _ in range(newest):
        copies = [entry(seq) for seq in range(1, newest + 1) if order.random() < 0.8] * 2
        order.shuffle(copies)
        oldest_held = entry(min(standing.mark.seq + 1, newest))
        stored += take(standing, *copies, oldest_held).count(Verdict.STORE)
    assert standing.passed == list(range(1, newest + 1))
    assert (standing.mark, stored) == (Mark(newest), newest)
