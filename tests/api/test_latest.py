"""What takes long to make is made once, for whoever asks; others do not wait for it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest

from api.serve.latest import Latest

A, B = Path("a"), Path("b")


def test_it_is_made_once_and_again_when_its_state_changes():
    made, latest = [], Latest(10)
    for state in (1, 1, 2, 1):
        assert latest.of(A, state, lambda state=state: made.append(state) or state) == state
    assert made == [1, 2]


def test_the_oldest_goes_by_weight():
    latest = Latest(10, weight=lambda one: one)
    for owner, size in ((A, 6), (B, 4), (A, 5)):
        latest.of(owner, size, lambda size=size: size)
    made = []
    latest.of(B, 4, lambda: made.append(4) or 4)
    assert made == []  # 4 and 5 are there
    latest.of(A, 6, lambda: made.append(6) or 6)
    assert made == [6]


def test_what_fails_is_made_again():
    latest = Latest(10)
    with pytest.raises(ValueError, match="no"):
        latest.of(A, 1, lambda: (_ for _ in ()).throw(ValueError("no")))
    assert latest.of(A, 1, lambda: 7) == 7


def test_of_one_owner_one_is_made_at_a_time_and_others_do_not_wait():
    """The first of A goes on only when B is made; the second of A finds what the first made."""
    latest, begun, b_is_made, made = Latest(10), Event(), Event(), []

    def slow():
        begun.set()
        assert b_is_made.wait(60)
        made.append(A)
        return 1

    together = Barrier(2)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(latest.of, A, 0, slow)
        assert begun.wait(60)
        second = pool.submit(lambda: (together.wait(60), latest.of(A, 0, slow))[1])
        together.wait(60)
        assert pool.submit(latest.of, B, 0, lambda: 2).result(60) == 2
        b_is_made.set()
        assert (first.result(60), second.result(60)) == (1, 1)
    assert made == [A]
