"""The pages of volunteers and of shift leads: an HTML shell at each address, and their built files.

The files are made at set-up (dialer/parts/browser_pages.py). Their names have a hash of what is in
them, so browsers keep them for good. Nothing inline and nothing of third parties may run.
"""

import re
from pathlib import Path

from aiohttp import web

PAGES = web.AppKey("pages", Path)  # the directory of the built files

VOLUNTEER, FLOOR = "volunteer", "floor"
ASSET = re.compile(rf"(?:{VOLUNTEER}|{FLOOR})-[0-9A-Z]{{8}}\.(?:js|css)")
HOST = re.compile(r"[0-9A-Za-z.:\[\]-]+")
TYPES = {".js": "text/javascript", ".css": "text/css"}
FOR_GOOD = "public, max-age=31536000, immutable"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}

SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Callbank</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/{css}">
<script type="module" src="/assets/{js}"></script>
</head>
<body>
<noscript>This page needs JavaScript. Esta página necesita JavaScript.</noscript>
<div id="app"></div>
</body>
</html>
"""

NOT_BUILT = (
    "The pages are not built on this server, so nobody can join by a browser. "
    "Organisers: the words of `./callbank serve` say why; start it again when that is mended."
)


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of the pages."""
    router.add_get("/floor", show_floor)
    router.add_get("/join/{code}", show)
    router.add_get("/volunteer", show)
    router.add_get("/pair", show)
    router.add_get("/assets/{name}", asset)


async def show(request: web.Request) -> web.Response:
    """The volunteers' shell; what it shows is decided by the page itself."""
    return _shell(request, VOLUNTEER)


async def show_floor(request: web.Request) -> web.Response:
    """The shift leads' shell."""
    return _shell(request, FLOOR)


def _shell(request: web.Request, page: str) -> web.Response:
    built = request.app[PAGES]
    js, css = _newest(built, page, ".js"), _newest(built, page, ".css")
    if js is None or css is None:
        return web.Response(status=503, text=NOT_BUILT)
    headers = {"Content-Security-Policy": _policy(request), "Cache-Control": "no-cache"}
    text = SHELL.format(js=js, css=css)
    return web.Response(text=text, content_type="text/html", headers=headers)


async def asset(request: web.Request) -> web.StreamResponse:
    """A built file."""
    name = request.match_info["name"]
    file = request.app[PAGES] / name
    if not ASSET.fullmatch(name) or not file.is_file():
        raise web.HTTPNotFound
    kind = f"{TYPES[file.suffix]}; charset=utf-8"
    return web.FileResponse(file, headers={"Cache-Control": FOR_GOOD, "Content-Type": kind})


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """What every answer carries, of the API too."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _newest(built: Path, page: str, suffix: str) -> str | None:
    """The page's file of that kind; a build leaves one of each."""
    found = [file.name for file in built.glob(f"{page}-*{suffix}") if ASSET.fullmatch(file.name)]
    return found[0] if found else None


def _policy(request: web.Request) -> str:
    """Browsers of some age do not count websockets as 'self', so they are named."""
    sockets = f" ws://{request.host} wss://{request.host}" if HOST.fullmatch(request.host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self'{sockets}",
            "img-src 'self' data:",
            "media-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
