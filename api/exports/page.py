"""map.html: one file that opens from disk without a network."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup

from api.exports.mapdata import page_data
from api.exports.sheets import templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.exports.geometry import Ground
    from models.district import District
    from models.plan import Plan
    from scenarios.desk.horizon.quota_line import QuotaLine

SCRIPTS = ("map_state.js", "map_canvas.js", "map_lists.js", "map_charts.js", "map.js")


def map_page(
    plan: Plan, ground: Ground, district: District, names: dict[str, str], language: str,
    *, tiles: str = "", quotas: Sequence[QuotaLine] = (),
) -> bytes:  # fmt: skip
    """The map page with Leaflet, styles, scripts and the plan inside.

    `names` are the routes' file names below sheets/. `tiles` is a tile address with {z}, {x},
    {y}, or "" for the plan's own road drawing alone; `quotas` are what the plan brings the year.
    """
    template = templates().get_template("map.html.j2")
    content = page_data(plan, ground, district, names, language, quotas=quotas) | {"tiles": tiles}
    return template.render(
        plan=plan, language=language, tile_host=_host(tiles),
        leaflet_css=Markup(leaflet("leaflet.css")), leaflet_js=Markup(leaflet("leaflet.js")),
        scripts=[Markup(web_text(name)) for name in SCRIPTS],
        styles=Markup(web_text("map.css")),
        content=Markup(script_json(content)),
    ).encode()  # fmt: skip


def script_json(content: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in, whatever names the map holds."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


@cache
def leaflet(name: str) -> str:
    """A file of the installed Leaflet package, without its link to a source map."""
    text = files("xstatic.pkg.leaflet").joinpath("data", name).read_text(encoding="utf-8")
    return text.partition("//# sourceMappingURL")[0]


@cache
def web_text(name: str) -> str:
    """A script or style of api/web, to be put inside a page."""
    return files("api").joinpath("web", name).read_text(encoding="utf-8")


def _host(tiles: str) -> str:
    """The origin tiles come from, for the page's content policy; {s} becomes a wildcard."""
    if not tiles:
        return ""
    parts = urlsplit(tiles.replace("{s}", "*"))
    return f"{parts.scheme}://{parts.netloc}"
