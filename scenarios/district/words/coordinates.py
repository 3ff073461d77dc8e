"""Where things lie, from the text of cells: decimal degrees, minutes and seconds, pairs."""

from __future__ import annotations

import re

from pydantic_core import PydanticCustomError

from scenarios.district.words.cells import SIMPLE, narrow, number

_DEGREES = re.compile(
    r"(\d{1,3})\s*(?:[°º˚o度d:-]| )\s*(\d{1,2}(?:\.\d+)?)\s*(?:['′’‘＇ˊ´分m]|:|-| |$)?"
    r"\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”“˝秒s]|''|′′|’’|ˊˊ|´´)?)?"
)
_SIDES = {
    "东经": 1, "北纬": 1, "西经": -1, "南纬": -1, "e": 1, "n": 1, "w": -1, "s": -1,
    "东": 1, "北": 1, "西": -1, "南": -1, "经度": 1, "纬度": 1,
}  # fmt: skip
_SIDE = re.compile(
    r"(东经|北纬|西经|南纬|经度|纬度|[ensw])?[:\s]*(.*?)[\s,]*([ensw东北西南])?", re.IGNORECASE
)
_HALVES = re.compile(r"[,;/、|\n]|(?<=.)(?=[东西]经|[南北]纬|经度|纬度)")
_SOUTH_NORTH = re.compile(r"北纬|南纬|纬度|[nsNS](?![a-zA-Z])")


def coordinate(text: object) -> object:
    """A coordinate: a number, degrees such as 121.08°E, or 120°0′12″ and 东经120度0分12秒."""
    if not isinstance(text, str) or SIMPLE.fullmatch(text):
        return number(text)
    side, plain = "e", _thin(text)
    if not _DEGREES.fullmatch(plain) and (match := _SIDE.fullmatch(plain)):  # 31d58m12s has none
        side, plain = (match[1] or match[3] or "e").lower(), match[2]
    parts = _DEGREES.fullmatch(plain)
    if parts is None:
        value = number(re.sub(r"\s*[°º˚o度]$", "", plain))
        return _SIDES[side] * value if isinstance(value, float) else value
    degrees, minutes, seconds = (float(part or 0) for part in parts.groups())
    if minutes >= 60 or seconds >= 60 or ("." in (parts[2] or "") and parts[3]):
        raise PydanticCustomError("E302", "not a coordinate")
    return _SIDES[side] * (degrees + minutes / 60 + seconds / 3600)


def _thin(text: str) -> str:
    """The text narrow; accents of an input method that stand for minutes stay as they are."""
    kept = text.replace("´", "′").replace("˝", "″").replace("˚", "°")
    return narrow(kept).strip()


def coordinate_pair(text: str, *, lat_first: bool) -> tuple[str, str] | None:
    """The two halves of a place in one cell, longitude first; None if it has not two.

    Letters of the sides decide the order; else the heading does.
    """
    plain = _thin(text).strip("()[]{} ")
    plain = re.sub(r"^point\s*[(]", "", plain, flags=re.IGNORECASE)
    halves = [half for half in _HALVES.split(plain) if half.strip()]
    if len(halves) != 2:
        halves = plain.split()
    if len(halves) != 2:
        return None
    first, second = (half.strip() for half in halves)
    if lat_first or (_SOUTH_NORTH.search(first) and not _SOUTH_NORTH.search(second)):
        first, second = second, first
    return first, second
