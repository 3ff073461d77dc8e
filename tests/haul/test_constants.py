"""Every number of the haul has a sentence of its own: what it does, its unit, where it is from."""

import ast
from pathlib import Path

import pytest

HAUL = Path(__file__).resolve().parents[2] / "solver" / "haul"
LOOPS = {"tours.py"}
"""Its text is compiled: see docs/engine.md."""
FILES = [path for path in sorted(HAUL.glob("*.py")) if path.name not in LOOPS]


def constants(path: Path) -> list[tuple[str, str]]:
    """Upper-case names given a number, each with the text that follows it."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    found = []
    for one, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(one, ast.Assign) or not isinstance(one.value, ast.Constant | ast.Tuple):
            continue
        names = [name.id for name in ast.walk(one.targets[0]) if isinstance(name, ast.Name)]
        text = after.value.value if isinstance(after, ast.Expr) else ""
        found += [(name, text) for name in names if name.isupper()]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_number_has_its_own_sentence(path):
    told = constants(path)
    texts = [text for _, text in told]
    assert all(text.rstrip().endswith(".") and len(text.split()) > 5 for text in texts), told
    assert len(set(texts)) == len(texts), "one sentence, one constant"
