"""Which entry of a journal may follow (docs/architecture.md, "Events")."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.errors import BadPayloadError
from devices.contract.message import JournalEntry
from provisioning.controller.marks import Mark, Verdict, checked, judge
from tests.provisioning.controller.saying import entry


def test_the_next_entry_is_stored() -> None:
    assert judge(Mark(4), entry(5)) == (Verdict.STORE, Mark(5))


def test_an_entry_stored_before_is_a_duplicate() -> None:
    assert judge(Mark(4), entry(4)) == (Verdict.DUPLICATE, Mark(4))


def test_nothing_is_stored_above_a_gap() -> None:
    assert judge(Mark(4), entry(6)) == (Verdict.GAP, Mark(4))


def test_what_no_box_holds_any_more_is_counted_as_lost_and_does_not_block() -> None:
    assert judge(Mark(4), entry(9, oldest=9)) == (Verdict.STORE, Mark(9, lost=4))


def test_an_empty_database_begins_at_a_boxs_oldest_entry() -> None:
    assert judge(None, entry(501, oldest=501)) == (Verdict.STORE, Mark(501, lost=500))
    assert judge(None, entry(502, oldest=501)) == (Verdict.GAP, Mark(0))


def test_a_store_put_back_to_an_earlier_state_loses_nothing_when_it_goes_on_counting() -> None:
    first = entry(401, oldest=401, boot=8)
    assert judge(None, first, earlier=450) == (Verdict.STORE, Mark(401))
    assert judge(None, first, earlier=395) == (Verdict.STORE, Mark(401, lost=5))


@pytest.mark.parametrize(
    "bad", [entry(0, oldest=0), entry(1, oldest=2), entry(2**60), entry(1, boot=-1)]
)
def test_numbers_no_journal_has_are_refused(bad: JournalEntry) -> None:
    with pytest.raises(BadPayloadError):
        checked(bad)


@given(st.integers(1, 60), st.randoms(use_true_random=False))
def test_whatever_the_order_and_however_often_a_journal_ends_up_whole(
    newest: int, order: random.Random
) -> None:
    """Delivered shuffled, with repetitions and holes: all stored, once, in order."""
    mark, stored = None, []
    for _ in range(newest):
        copies = [entry(seq) for seq in range(1, newest + 1) if order.random() < 0.8] * 2
        order.shuffle(copies)
        for one in [*copies, entry(mark.seq + 1 if mark else 1)]:
            if one.seq > newest:
                continue
            verdict, mark = judge(mark, one)
            if verdict is Verdict.STORE:
                stored.append(one.seq)
    assert stored == list(range(1, newest + 1))
    assert mark == Mark(newest)
