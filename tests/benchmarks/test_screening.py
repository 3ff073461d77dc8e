"""The sampled choices of the screening benchmark, and the line fitted through them."""

import pytest

from benchmarks.screening import fit, samples, scenario
from tests.location.cities import city, site

OLD = [site(f"old{k}", 30, existing=True) for k in range(4)]
NEW = [site(f"n{k}/{size}", size, place=f"lot{k}") for k in range(6) for size in (40, 60)]


def test_samples_hold_the_peak_on_lots_of_their_own_and_close_more_and_more():
    """80 kg with a peak of 130 %: 104 kg must stay open."""
    problem = city([*OLD, *NEW], peak_percent=130)
    found = samples(problem, 20, seed=3)
    assert found == samples(problem, 20, seed=3)
    assert found != samples(problem, 20, seed=4)
    for number, (fresh, gone) in enumerate(found):
        open_kg = sum(problem.sites[s].capacity_kg for s in {0, 1, 2, 3} - gone | set(fresh))
        assert open_kg >= 104
        assert fresh
        assert len({problem.sites[s].place for s in fresh}) == len(fresh)
        assert len(gone) == min(number % 8, 3)


def test_a_choice_as_edits():
    problem = city([*OLD, *NEW])
    edits = scenario(problem, ((4, 7), frozenset({1, 2}))).edits
    assert [(edit.do, edit.site) for edit in edits] == [
        ("open", "NEW1"), ("open", "NEW2"), ("close", "old1"), ("close", "old2")
    ]  # fmt: skip


def test_a_line_is_found_again():
    """y = 2 x + 100; and through 100, 106, 100 the flat line of 102, off by 2, 4 and 2."""
    assert fit([1.0, 2.0, 4.0], [102.0, 104.0, 108.0]) == pytest.approx((2.0, 100.0, 0.0))
    slope, offset, error = fit([0.0, 1.0, 2.0], [100.0, 106.0, 100.0])
    assert (slope, offset) == pytest.approx((0.0, 102.0))
    assert error == pytest.approx(100 * (2 / 100 + 4 / 106 + 2 / 100) / 3)
