"""What an engine cannot express is told with the plan, part by part."""

from solver.day.lacking import LAWS_ZH, lacking
from solver.routing.ortools.engine import OrToolsEngine
from tests.line_town import line_town, sweeper
from tests.stations.town import part


def test_our_engine_keeps_all_laws_and_nothing_is_said():
    assert list(lacking([part(line_town())], "ruin")) == []


def test_each_part_is_named_with_the_laws_ortools_leaves_out_in_both_languages():
    rests = part(line_town(spacings=(), vehicle_types=(sweeper(max_work=9_000),)))
    first, second = lacking([part(line_town()), rests], "ortools")
    assert "spacing of passes" in first.en
    assert LAWS_ZH["spacing of passes"] in first.zh
    assert "rest after driving" in second.en
    assert "spacing of passes" not in second.en
    assert set(OrToolsEngine().lacks(rests.problem)) <= set(LAWS_ZH)
