"""One language at a time: an error a user meets says the same in both."""

import ast
import asyncio
import json
import pickle
import re
from datetime import date
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from api.commands.options import print_error
from api.serve.answers import http_error
from models.errors import HuanweiError, NetworkError
from scenarios.demo import write_demo
from scenarios.desk.day import unpack_inputs
from scenarios.district import check_district
from solver.roads.osm import read_osm
from solver.routing.door import get_engine
from solver.trade.profile import SHIPPED
from tests.district.folders import replace, write_good

DAY = date(2026, 3, 18)
ROOT = Path(__file__).resolve().parent.parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROOMS = ("api", "models", "scenarios", "solver")
KINDS = {"HuanweiError", "NetworkError", "ProblemError", "InstanceError"}
OTHERS = {
    "_tired(name)",
    "INTERRUPTED[language]",
    "f'{path}: {error}'",
    "message",
    "f'{name}{english}'",
}
"""Messages made elsewhere, each in both languages."""


def raises():
    """Every place that makes an error with a message of its own."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                name = getattr(getattr(node, "func", None), "id", "")
                if isinstance(node, ast.Call) and name in KINDS and node.args:
                    own = path.relative_to(ROOT)
                    yield pytest.param(own, node, id=f"{own}:{node.lineno}")


@pytest.mark.parametrize(("path", "call"), list(raises()))
def test_every_error_has_both_texts(path, call):
    if ast.unparse(call.args[0]) in OTHERS:
        return
    keys = {key.arg: ast.unparse(key.value) for key in call.keywords}
    assert CHINESE.search(keys.get("zh", "")), f"{path}:{call.lineno}"
    assert not re.search(r"\{(str\()?(error|exc|caught)\b\)?\}", keys["zh"]), "a foreign word"
    assert not CHINESE.search(ast.unparse(call.args[0]))


def validators():
    """Every place where a check of a rule profile or a request says what is wrong."""
    for room in ("models/trade", "models/horizon", "api/serve"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                call = node.exc if isinstance(node, ast.Raise) else None
                if getattr(getattr(call, "func", None), "id", "") == "ValueError":
                    own = path.relative_to(ROOT)
                    yield pytest.param(ast.unparse(call), id=f"{own}:{call.lineno}")


@pytest.mark.parametrize("made", list(validators()))
def test_every_check_says_it_in_both(made):
    if "join(wrong)" in made:
        return  # lines made one by one, see the next test
    english, found, chinese = made.partition(" · ")
    assert found, made
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)


@pytest.mark.parametrize(
    ("old", "new"),
    [('["04:00-07:00"]', '["4:99-07:00"]'), ('["04:00-07:00"]', '["07:00-04:00"]'),
     ('vehicle_types = ["fog"]', 'vehicle_types = ["fog", "none"]')],
)  # fmt: skip
def test_a_line_about_a_rule_profile_is_in_one_language(tmp_path, old, new):
    folder = write_good(tmp_path / "town")
    replace(folder, "district.toml", 'profile = "standard"', 'profile = "own.toml"')
    text = (SHIPPED / "standard.toml").read_text("utf-8")
    assert old in text
    (folder / "own.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    issues = [one for one in check_district(folder, DAY).issues if one.file.endswith("own.toml")]
    assert issues
    for one in issues:
        assert CHINESE.search(one.message_zh.removeprefix("规则值无效："))
        assert not CHINESE.search(one.message_en)
        assert " · " not in one.message_zh + one.message_en


MADE = {
    "no road file": lambda tmp: read_osm(tmp / "none.osm"),
    "no engine": lambda _: get_engine("foo"),
    "no inputs": lambda tmp: unpack_inputs(tmp, tmp / "into"),
    "two roads": lambda tmp: write_demo(tmp / "x", roads=tmp, place="x"),
}


@pytest.mark.parametrize("name", MADE)
def test_an_error_is_told_in_the_language_asked_for(tmp_path, capfd, name):
    with pytest.raises(HuanweiError) as caught:
        MADE[name](tmp_path)
    print_error(caught.value, "zh")
    assert CHINESE.search(capfd.readouterr().err)
    print_error(caught.value, "en")
    assert not CHINESE.search(capfd.readouterr().err)


@pytest.mark.parametrize("status", [400, 404])
def test_the_router_refuses_in_both_languages(status):
    answer = asyncio.run(http_error(None, HTTPException(status)))
    (told,) = json.loads(answer.body)["errors"]
    assert CHINESE.search(told["message_zh"])
    assert not CHINESE.search(told["message_en"])


def test_both_texts_survive_another_process():
    error = pickle.loads(pickle.dumps(NetworkError("no road", zh="没有道路")))
    assert (error.text("zh"), error.text("en"), str(error)) == ("没有道路", "no road", "no road")
    assert HuanweiError("only this").text("zh") == "only this"
