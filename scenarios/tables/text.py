"""Text as people meant it: decoded, and without the characters nobody can see."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

BREAKS = "\t\n\r"
"""Control characters that part cells and lines, and so are kept."""
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
"""Letters and marks of no shape (joiners, fillers, a blank of Braille): seen by no one."""
_OWN_SIGNS = re.compile("[\ue000-\ue765]")
"""Places that GB 18030 leaves to its users, empty in every text: other bytes were taken for it."""
_MANY_ZEROS = 0.02
"""Share of bytes of zero from which on they are halves of letters, or no text at all: of UTF-16 a
comma, a digit and each end of a line have one (chosen)."""
_UNSEEN = {"Cc", "Cf", "Cs"}
"""Unicode categories without a shape: controls, formats, halves of pairs."""


@cache
def _unseen() -> re.Pattern[str]:
    """Characters without a shape: controls, formats, fillers, variation marks, non-characters."""
    spans: list[list[int]] = []
    for code in range(sys.maxunicode + 1):
        if code == 0x30000:
            break  # no letter of ours lies beyond; the tags below do
        char = chr(code)
        odd = (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xFE00 <= code <= 0xFE0F
        if char in BREAKS or not (odd or char in _FILLERS or unicodedata.category(char) in _UNSEEN):
            continue
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    spans.append([0xE0000, 0xE0FFF])
    return re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in spans) + "]")


def clean(text: str) -> str:
    """The text without characters that cannot be seen; line and paragraph marks become breaks.

    Two ids that look alike are alike, and nothing is left that a workbook or XML cannot hold.
    """
    if text.isascii() and text.isprintable():
        return text
    return _unseen().sub("", text).replace("\u2028", "\n").replace("\u2029", "\n")


def printable(text: str) -> str:
    """A file's name as any output can show it: bytes that are no text are written out."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def decode(raw: bytes, encoding: str | None) -> str | None:
    """The text, by `encoding`, else UTF-8 or UTF-16 (with or without BOM), GB18030, Big5.

    None if it is none of them. Characters that cannot be seen are left out.
    """
    codec = codec_of(raw, encoding)
    return None if codec is None else clean(raw.decode(codec))


def codec_of(raw: bytes, encoding: str | None) -> str | None:
    """The encoding that `decode` reads the bytes by, as Python names it; None if by none."""
    zeros = raw.count(0)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        trials = ["utf-16"]
    elif encoding:
        trials = [encoding]
    elif zeros > len(raw) * _MANY_ZEROS:
        trials = ["utf-16-le" if raw[1::2].count(0) > zeros // 2 else "utf-16-be"]
    else:
        trials = ["utf-8", "gb18030", "big5"]
    for trial in trials:
        name = trial.strip().lower()
        codec = "gb18030" if name in {"gbk", "gb2312"} else name
        try:
            text = raw.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
        binary = text.count("\x00") > len(text) * _MANY_ZEROS
        if not binary and not (codec == "gb18030" and _OWN_SIGNS.search(text)):
            return codec
    return None
