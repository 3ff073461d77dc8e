"""Scripts and styles of the pages, from this program alone."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response

from api.exports.page import SCRIPTS, leaflet
from api.serve.answers import ApiError
from api.serve.office import office_of
from api.serve.packed import Packed
from api.serve.rules import Door, needs
from models.account import Need

router = APIRouter(route_class=Door, include_in_schema=False)
MAP_PARTS = ("map.css", *SCRIPTS)
"""Of the map page: in the desk they are files, in an exported map they stand in the page."""
FOLDER = Path(str(files("api").joinpath("web", "desk")))
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
         ".webmanifest": "application/manifest+json"}  # fmt: skip
LEAFLET = {
    name: Packed(leaflet(name).encode(), KINDS[Path(name).suffix])
    for name in ("leaflet.js", "leaflet.css")
}
ICON = "icon.svg"
KNOWN = {path.name: path for path in FOLDER.iterdir() if path.suffix in KINDS}
KNOWN |= {part: FOLDER.parent / part for part in MAP_PARTS}


@router.get("/favicon.ico", response_model=None)
@needs(Need.OPEN)
def get_icon(request: Request) -> Response:
    """The picture of a tab, also for the files of plans: those are shown as a stranger's."""
    headers = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
    return _asset(request, ICON).answer(request, headers)


@router.get("/static/{name}", response_model=None)
@needs(Need.OPEN)
def get_asset(request: Request, name: str) -> Response:
    """A script, style or picture of the pages."""
    return _asset(request, name).answer(request, {"Cache-Control": "no-cache"})


def _asset(request: Request, name: str) -> Packed:
    found = LEAFLET.get(name)
    if found is None and name in KNOWN:
        path = KNOWN[name]
        found = office_of(request).packs.file(path, KINDS[path.suffix])
    if found is None:
        raise ApiError(404, "no_file", f"No file {name}.", f"没有文件 {name}。")
    return found
