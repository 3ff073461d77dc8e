"""A part whose ground does not fit its problem is no part."""

from dataclasses import replace

import pytest

from models.errors import ProblemError
from tests.stations.town import part


@pytest.mark.parametrize(
    ("column", "what"),
    [("refs", "4 tasks"), ("crews", "1 vehicle types"), ("sites", "2 facilities")],
)
def test_what_is_missing_on_the_ground_is_counted(column, what):
    own = part()
    with pytest.raises(ProblemError, match=f"part sweep: {what}, but"):
        replace(own, **{column: getattr(own, column)[:-1]})
