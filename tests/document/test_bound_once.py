"""The bound of a day's problems is proven once, however many documents are written of them."""

from models.day import Balance
from models.solution import Route, Serve, Solution, Use
from solver.document import figures
from solver.routing.bound.bounds import lower_bound
from solver.stations.balance import with_capacities
from tests.line_town import line_town, sweeper
from tests.stations.town import part, untimed


def test_a_second_document_of_the_same_problem_proves_nothing_again(monkeypatch):
    """The plan writes it, then the judge; capacities that change nothing make no new problem."""
    problem = line_town(vehicle_types=(sweeper(),), spacings=())
    visits = (*(Serve(task, 0) for task in range(len(problem.tasks))), Use(0))
    day = untimed(part(problem), Solution((Route(0, visits),)))
    asked = []
    monkeypatch.setattr(figures, "lower_bound", lambda one: asked.append(one) or lower_bound(one))
    first = figures.bounds(day, 1_000.0)
    nothing = Balance(capacity={}, shortfall_kg=0, price={})
    again = figures.bounds(day.on(with_capacities(day.parts, nothing)), 1_000.0)
    assert first == again
    assert first["bound_cny"] > 0
    assert asked == [problem]
