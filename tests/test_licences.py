"""Whatever a plan needs may be passed on: each locked package has a licence that asks little."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKED = sorted(
    {
        found[1]
        for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
        if (found := re.match(r"([\w.-]+)==", line))
    }
)
FREE = re.compile(r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|MPL|LGPL|Zlib|CC0)\b|Mozilla|Leaflet")
"""Licences under which a bureau may use and pass on a package; MPL binds changed files alone, and
LGPL (psycopg) only who changes the library, which stays a package of its own.

Leaflet's own is BSD-2-Clause; its package says "same as Leaflet"."""
BINDING = re.compile(r"\b(A?GPL|SSPL|BUSL|Commons Clause|proprietary)", re.IGNORECASE)


def told(package: str) -> str:
    """What a package says of its licence: expression, first line of the field, classifiers."""
    try:
        data = importlib.metadata.metadata(package)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{package} is for another kind of machine")
    classes = [one for one in data.get_all("Classifier") or [] if one.startswith("License")]
    first = (data.get("License") or "").partition("\n")[0]
    return " ".join([data.get("License-Expression") or "", first, *classes])


@pytest.mark.parametrize("package", LOCKED)
def test_every_locked_package_may_be_passed_on(package: str):
    licence = told(package)
    assert FREE.search(licence), licence
    assert not BINDING.search(licence), licence


def test_a_licence_that_binds_is_seen():
    assert BINDING.search("GPL-3.0-or-later")
    assert BINDING.search("License :: OSI Approved :: AGPLv3")
    assert not BINDING.search("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0")
