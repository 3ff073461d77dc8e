from datetime import date

import pytest

from scenarios.district import check_district, read_district
from tests.district.folders import write_good

DAY = date(2026, 3, 18)


@pytest.fixture
def good(tmp_path):
    return write_good(tmp_path / "grid")


def test_a_good_folder_is_read_without_a_word(good):
    report = check_district(good, DAY)
    assert (report.issues, report.warnings) == ((), ())
    district = read_district(good, DAY)
    assert [len(rows) for rows in (district.sites, district.vehicles, district.points)] == [6, 6, 6]
    assert report.figures["demand_residual_t"] == 0.84
