"""Scripts and styles of the pages, from this program alone."""

import zlib
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.exports.page import SCRIPTS, leaflet
from api.serve.answers import ApiError, or_known
from api.serve.rules import Door, needs
from models.account import Need

router = APIRouter(route_class=Door, include_in_schema=False)
LEAFLET = ("leaflet.js", "leaflet.css")
MAP_PARTS = ("map.css", *SCRIPTS)
"""Of the map page: in the desk they are files, in an exported map they stand in the page."""
FOLDER = Path(str(files("api").joinpath("web", "desk")))
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
         ".webmanifest": "application/manifest+json"}  # fmt: skip


@router.get("/static/{name}", response_model=None)
@needs(Need.OPEN)
def get_asset(request: Request, name: str) -> Response:
    """A script, style or picture of the pages."""
    headers = {"Cache-Control": "no-cache"}
    if name in LEAFLET:
        text = leaflet(name)
        headers["ETag"] = f'"{zlib.crc32(text.encode()):08x}"'
        found = Response(text, media_type=KINDS[Path(name).suffix], headers=headers)
        return or_known(request, found)
    known = {path.name: path for path in FOLDER.iterdir() if path.suffix in KINDS}
    known |= {part: FOLDER.parent / part for part in MAP_PARTS}
    if name not in known:
        raise ApiError(404, "no_file", f"No file {name}.", f"没有文件 {name}。")
    path = known[name]
    kind = KINDS[path.suffix]
    return or_known(
        request, FileResponse(path, media_type=kind, headers=headers, stat_result=path.stat())
    )
