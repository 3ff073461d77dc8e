"""Options that are not understood are told in the language asked for."""

import re
import sys

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from api.words.usage import usage_zh

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WRONG = {
    ("plan", "d", "--date", "2026-99-01"): "--date 的值不合要求：2026-99-01 不是日期",
    ("plan", "d", "--iterations", "abc"): "--iterations 的值不合要求：应为整数",
    ("plan", "d", "--workers", "0"): "应不小于 1",
    ("plan", "d", "--lang"): "选项 --lang 需要一个值",
    ("bells", "d", "--date", "x"): "没有选项 --date；是否想写 --days",
    ("change", "d", "x", "y"): "多余的内容：x y",
    ("manifests", "d"): "缺少 --plan",
    ("plan",): "缺少 folder",
    ("nonsense",): "没有命令 nonsense",
    ("ledger", "nonsense"): "没有命令 nonsense",
    ("site", "d", "--kind", "foo"): "foo 不是 'room', 'toilet', 'water', 'depot', 'charger' 之一",
}


def told(monkeypatch, words):
    """Exit code and the message in its frame, on one line."""
    monkeypatch.setattr(sys, "argv", ["huanwei", *words])
    monkeypatch.delenv("HUANWEI_LANG", raising=False)
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    framed = "".join(re.findall(r"│(.*)│", done.output))
    return done.exit_code, " ".join(framed.split())


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_option_is_told_in_one_language(monkeypatch, words):
    code, chinese = told(monkeypatch, words)
    assert code == 2
    assert WRONG[words] in chinese
    if words[-1] != "--lang":
        code, english = told(monkeypatch, (*words, "--lang", "en"))
        assert code == 2
        assert english
        assert not CHINESE.search(english)


@pytest.mark.parametrize("text", ["Something new.", "Invalid value for '--x': It is odd."])
def test_what_its_library_says_anew_leads_to_the_help(text):
    assert "请看 --help" in usage_zh(text)
