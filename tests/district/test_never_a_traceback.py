"""Whatever stands in the files: findings, never another exception."""

import contextlib
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import InputErrors
from scenarios.district import read_district
from tests.district.folders import DISTRICT, TABLES, write_good

DAY = date(2026, 3, 18)
CELLS = st.one_of(
    st.sampled_from(["", "0", "-1", "1e999", "nan", "NaN", "inf", "#N/A", "24:00-", "+1",
                     "-", "9" * 40, "04:00+9", "25月13日", "A;B;;", "１２．５", "١٢", "²", "1,2",
                     "\ufeff", "12:00-12:00", "true", "EPSG:0", "31.97", "121.08", "{0}"]),
    st.text(max_size=12),
)  # fmt: skip
QUICK = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def read(folder: Path) -> None:
    """Any exception but `InputErrors` fails the test."""
    with contextlib.suppress(InputErrors):
        read_district(folder, DAY)


@pytest.mark.parametrize("file", sorted(TABLES))
@QUICK
@given(draw=st.data())
def test_any_cell(file, draw):
    header, *rows = TABLES[file].splitlines()
    at = draw.draw(st.integers(0, len(rows) - 1))
    cells = rows[at].split(",")
    for _ in range(draw.draw(st.integers(1, 3))):
        text = draw.draw(CELLS).replace('"', '""')
        cells[draw.draw(st.integers(0, len(cells) - 1))] = f'"{text}"'
    rows[at] = ",".join(cells)
    with tempfile.TemporaryDirectory() as folder:
        good = write_good(Path(folder))
        raw = "\n".join([header, *rows]).encode("utf-8", "surrogatepass")
        (good / file).write_bytes(raw)
        read(good)


@QUICK
@given(raw=st.binary(max_size=200))
def test_any_bytes(raw):
    with tempfile.TemporaryDirectory() as folder:
        good = write_good(Path(folder))
        for file in ("points.csv", "crews.xlsx", "streets.xlsx"):
            (good / file).write_bytes(raw)
        (good / "crews.csv").unlink()
        read(good)
        (good / "district.toml").write_bytes(raw)
        read(good)


@QUICK
@given(draw=st.data())
def test_any_setting(draw):
    lines = DISTRICT.splitlines()
    at = draw.draw(st.sampled_from([i for i, line in enumerate(lines) if "=" in line]))
    value = draw.draw(
        st.sampled_from(['""', "1", "-1.5", "[]", "{}", '"x"', "true", "nan", "2026-03-18",
                         '"bbox:1,2"', '"place:"', "[[1], {a = 2}]", '"../.."', '"/"', '"."'])
    )  # fmt: skip
    lines[at] = f"{lines[at].split('=')[0]}= {value}"
    with tempfile.TemporaryDirectory() as folder:
        good = write_good(Path(folder))
        (good / "district.toml").write_text("\n".join(lines), encoding="utf-8")
        read(good)
