"""One language at a time: an error a user meets says the same in both."""

import ast
import asyncio
import json
import pickle
import re
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from api.commands.options import print_error
from api.serve.answers import http_error
from models.errors import HuanweiError, NetworkError
from scenarios.demo import write_demo
from scenarios.desk.day import unpack_inputs
from solver.roads.osm import read_osm
from solver.routing.door import get_engine

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
