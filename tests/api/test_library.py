"""One broken folder is one broken row: the rest of the data folder stays what it is."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from api.serve.library import Library

GOOD = {"schema_version": "1.0", "district": "好", "date": "2026-03-02", "kpis": {"served": 3},
        "violations": [], "unserved": [1]}  # fmt: skip
NOBODY = 65_534


@pytest.fixture
def data():
    """A data folder with one good district and plan, in a place that everybody may reach."""
    root = Path(tempfile.mkdtemp(prefix="huanwei-library-"))
    root.chmod(0o755)
    put_plan(root / "good" / "plans" / "p", json.dumps(GOOD))
    (root / "good" / "district.toml").write_text('name = "好"\n', "utf-8")
    yield root
    shutil.rmtree(root)


def put_plan(folder, text):
    folder.mkdir(parents=True)
    (folder / "plan.json").write_bytes(text if isinstance(text, bytes) else text.encode())


def shown(root):
    """The two lists as a client gets them."""
    library = Library(root)
    plans = [library.plan_document(key, path) for key, path in library.plans().items()]
    districts = [library.district_document(key, path) for key, path in library.districts().items()]
    return json.loads(json.dumps([districts, plans], ensure_ascii=False).encode())


def the_good_ones_stand(districts, plans):
    (district,) = [each for each in districts if each["id"] == "good"]
    (plan,) = [each for each in plans if each["id"] == "good~plans~p"]
    assert (district["name"], district["problem"]) == ("好", None)
    assert (plan["kpis"], plan["violations"], plan["unserved"]) == ({"served": 3}, 0, 1)
    assert plan["problem"] is None


VERSION = '{"schema_version": "1.0", '
BAD_PLANS = {
    "null": VERSION + '"violations": null}',
    "number": VERSION + '"violations": 3}',
    "unserved": VERSION + '"unserved": null}',
    "text": VERSION + '"kpis": "many"}',
    "date": VERSION + '"date": ["2026"]}',
    "deep": VERSION + '"kpis": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "cut off": VERSION + '"date": "2026-',
    "not utf-8": b'{"schema_version": "\xff"}',
    "half a sign": VERSION + '"district": "\\ud800"}',
    "no number": VERSION + '"kpis": {"served": NaN}}',
    "list": '["schema_version", "schema_version"]\n"schema_version"',
    "digits": VERSION + '"seed": ' + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("name", BAD_PLANS)
def test_a_broken_plan_is_a_row_with_its_reason(data, name):
    put_plan(data / "bad", BAD_PLANS[name])
    districts, plans = shown(data)
    the_good_ones_stand(districts, plans)
    (bad,) = [each for each in plans if each["id"] == "bad"]
    assert bad["problem"]["code"] == "unreadable"
    assert "plan.json" in bad["problem"]["message_en"]
    assert bad["district"] == "bad"


BAD_SETTINGS = {
    "deep": b"a = " + b"[" * 100_000,
    "dots": b"a" + b".a" * 20_000 + b" = 1\n",
    "digits": b"a = " + b"9" * 5_000,
    "not utf-8": b"name = '\xff'",
    "text": b"what is this",
}


@pytest.mark.parametrize("name", BAD_SETTINGS)
def test_a_broken_district_is_a_row_with_its_reason(data, name):
    (data / "bad").mkdir()
    (data / "bad" / "district.toml").write_bytes(BAD_SETTINGS[name])
    districts, plans = shown(data)
    the_good_ones_stand(districts, plans)
    (bad,) = [each for each in districts if each["id"] == "bad"]
    assert (bad["name"], bad["problem"]["code"]) == ("bad", "unreadable")
    assert "district.toml" in bad["problem"]["message_en"]


def test_a_folder_name_that_is_not_utf_8_is_a_row_with_its_reason(data):
    odd = Path(os.fsdecode(os.fsencode(data) + b"/\xc4\xcf"))  # 南 as GBK
    try:
        put_plan(odd / "plans" / "p", json.dumps(GOOD))
    except OSError:
        pytest.skip("this disk has names in UTF-8 only")
    (odd / "district.toml").write_text('name = "南"\n', "utf-8")
    districts, plans = shown(data)
    the_good_ones_stand(districts, plans)
    assert [each["id"] for each in districts if each["problem"]] == ["\\xc4\\xcf"]
    (bad,) = [each for each in plans if each["problem"]]
    assert "not UTF-8" in bad["problem"]["message_en"]


@pytest.mark.parametrize("name", ["plan.json", "district.toml"])
def test_a_pipe_or_a_folder_of_the_name_of_a_file_is_passed_over(data, name):
    (data / "odd" / name).mkdir(parents=True)
    (data / "pipe").mkdir()
    os.mkfifo(data / "pipe" / name)
    districts, plans = shown(data)
    the_good_ones_stand(districts, plans)
    assert (len(districts), len(plans)) == (1, 1)


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_what_may_not_be_read_is_a_row_with_its_reason(data):
    put_plan(data / "locked plan", json.dumps(GOOD))
    (data / "locked plan" / "plan.json").chmod(0)
    (data / "locked").mkdir(mode=0)
    (data / "half").mkdir()
    (data / "half" / "district.toml").write_text('name = "半"\n', "utf-8")
    (data / "half" / "district.toml").chmod(0)
    read, write = os.pipe()
    if os.fork() == 0:
        try:
            if os.geteuid() == 0:
                os.setresuid(NOBODY, NOBODY, NOBODY)
            os.write(write, json.dumps(shown(data)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read, "rb") as pipe:  # noqa: PTH123 - a number, not a path
        districts, plans = json.loads(pipe.read())
    os.wait()
    the_good_ones_stand(districts, plans)
    bad = {each["id"]: each["problem"]["message_en"] for each in districts if each["problem"]}
    assert bad.keys() == {"half", "locked"}
    assert all("Permission denied" in message for message in bad.values())
    assert [each["id"] for each in plans if each["problem"]] == ["locked plan"]
    (data / "locked").chmod(0o700)


def test_the_days_of_a_week_are_plans_like_others(data):
    town = data / "town" / "north"
    put_plan(town / "weeks" / "2026-03-02" / "plans" / "2026-03-03", json.dumps(GOOD))
    (town / "district.toml").write_text('name = "北"\n', "utf-8")
    library = Library(data)
    (day,) = [key for key in library.plans() if "weeks" in key]
    assert day == "town~north~weeks~2026-03-02~plans~2026-03-03"
    assert library.district_above(library.plans()[day]) == "town~north"
