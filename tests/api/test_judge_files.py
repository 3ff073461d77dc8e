"""Whatever stands in a plan folder, `judge` ends with one line for each fault, and exit code 2."""

from __future__ import annotations

import os
import random
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from models.errors import HuanweiError
from scenarios.desk.day import INPUTS, unpack_inputs

BAD_PLANS = {
    "empty": b"",
    "null": b"null",
    "deep": b"[" * 100_000,
    "not utf-8": b"\xff\xfe{",
    "digits": b'{"seed": ' + b"9" * 6_000 + b"}",
    "half a sign": b'{"district": "\\ud800"}',
    "marked": b"\xef\xbb\xbf{}",
}


@pytest.mark.parametrize("name", BAD_PLANS)
def test_a_plan_that_is_none_is_told(tmp_path, name):
    (tmp_path / "plan.json").write_bytes(BAD_PLANS[name])
    result = CliRunner().invoke(app, ["judge", str(tmp_path), "--lang", "en"])
    assert (result.exit_code, "E601 plan.json" in result.output) == (2, True), result.output


@pytest.mark.parametrize("kind", ["nothing", "folder", "pipe"])
def test_what_is_no_file_is_told(tmp_path, kind):
    if kind == "folder":
        (tmp_path / "plan.json").mkdir()
    if kind == "pipe":
        os.mkfifo(tmp_path / "plan.json")
    result = CliRunner().invoke(app, ["judge", str(tmp_path), "--lang", "en"])
    assert (result.exit_code, "E601 plan.json" in result.output) == (2, True), result.output


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / INPUTS
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("district.toml", "name = 1\n" * 200)
        made.writestr("收运点.csv", "a,b\n1,2\n" * 500)
    return path


def damaged(whole: bytes, seed: int) -> bytes:
    """Bytes changed at the beginning, at the end or anywhere, or a piece cut out."""
    rng = random.Random(seed)
    if seed % 2:
        return whole[: rng.randrange(len(whole))] + whole[rng.randrange(len(whole)) :]
    out = bytearray(whole)
    for _ in range(rng.choice([1, 3, 20])):
        place = (rng.randrange(len(out)), -1 - rng.randrange(150), rng.randrange(60))
        out[rng.choice(place)] = rng.randrange(256)
    return bytes(out)


def test_damaged_inputs_are_told(archive, tmp_path):
    whole = archive.read_bytes()
    told = 0
    for seed in range(300):
        archive.write_bytes(damaged(whole, seed))
        into = tmp_path / "into" / str(seed)
        into.mkdir(parents=True)
        try:
            unpack_inputs(Path(tmp_path), into)
        except HuanweiError as error:
            told += INPUTS in str(error)
    assert told > 150
