"""The planner's news on the error stream: bars on a terminal, a line per stage elsewhere."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.words.i18n import word
from models.units import cny

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from models.day import News

COUNTED = frozenset({"fool"})
"""Names the stages that tell how far they are though they search nothing."""
STEPS = 4
"""Lines told of one search where there is no terminal: at its begin and at each quarter."""


class Line(NamedTuple):
    """What is told of one piece of news: which line it belongs to, its title, and how far."""

    key: str
    title: str
    text: str


@contextmanager
def progress_lines(language: str) -> Iterator[Callable[[News], None]]:
    """Show the planner's news while open."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield PlainLines(console, language)
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[news]}"),
        TimeElapsedColumn(),
        console=console,
    ) as bars:
        yield Bars(bars, language)


def line_of(news: News, language: str) -> Line:
    """The words for one piece of news."""
    key = news.stage if news.search is None else f"{news.stage} {news.search.part}"
    title = word("stage", news.stage, language)
    if news.title is not None:
        title += " · " + (news.title.zh if language == "zh" else news.title.en)
    elif news.detail:
        title += " · " + word("operation", news.detail, language)
    if news.search is None:
        return Line(key, title, "")
    progress = news.search.progress
    if progress.phase == "compile":
        return Line(f"{key} compile", title, word("ui", "compiling", language))
    if progress.cost is None:
        return Line(key, title, "")
    unserved = word("ui", "unserved_tab", language)
    return Line(
        key, title, f"{cny(progress.cost):,.0f} CNY · {unserved} {progress.required_unserved}"
    )


class PlainLines:
    """Lines that a log can keep: seconds since the start, stage, share, figures."""

    def __init__(self, console: Console, language: str) -> None:
        self.console = console
        self.language = language
        self.begin = time.monotonic()
        self.told: dict[str, int] = {}

    def __call__(self, news: News) -> None:
        """Tell the news where it is new: a stage begun, or a quarter of a search done."""
        if news.stage == "week":  # a day is planned: the next one's stages are new
            self.told.clear()
        line = line_of(news, self.language)
        far = news.search is not None or news.stage in COUNTED
        step = int(STEPS * min(news.share, 1.0)) if far else 0
        if step <= self.told.get(line.key, -1):
            return
        self.told[line.key] = step
        share = f" {100 * step // STEPS} %" if step else ""
        seconds = time.monotonic() - self.begin
        text = f"{seconds:7.1f} s  {line.title}{share}  {line.text}".rstrip()
        self.console.print(text, markup=False, soft_wrap=True)


class Bars:
    """A bar per stage and, while searching, one per part."""

    def __init__(self, bars: Progress, language: str) -> None:
        self.bars = bars
        self.language = language
        self.lines: dict[str, TaskID] = {}
        self.stage = ""

    def __call__(self, news: News) -> None:
        """Draw one piece of news."""
        if news.stage != self.stage:
            self._finish(self.stage)
            self.stage = news.stage
        line = line_of(news, self.language)
        key = line.key.removesuffix(" compile")
        if key not in self.lines:
            self.lines[key] = self.bars.add_task(line.title, total=1.0, news="")
        self.bars.update(
            self.lines[key],
            completed=min(news.share, 1.0),
            description=line.title,
            news=line.text,
        )

    def _finish(self, stage: str) -> None:
        for key, line in self.lines.items():
            if key.split()[0] == stage:
                self.bars.update(line, completed=1.0)
