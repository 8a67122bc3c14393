"""The API's own description: for programs as OpenAPI, for people as a page."""

import base64
import hashlib

from aiohttp import web

from dialer.web.described.document import STYLE, document, page

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/openapi.json", show_document)
    router.add_get("/api/docs", show_page)


async def show_document(request: web.Request) -> web.Response:
    """This API as an OpenAPI document."""
    return web.json_response(document(request.app.router))


async def show_page(request: web.Request) -> web.Response:
    """This API as a page to be read."""
    text = page(document(request.app.router))
    headers = {"Content-Security-Policy": POLICY}
    return web.Response(text=text, content_type="text/html", headers=headers)
