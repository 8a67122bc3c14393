"""The OpenAPI document, made of the application's own routes, and a page on which it can be read.

A path's summary is what its handler says of itself. The page fetches nothing of third parties.
"""

import inspect
import re
from collections.abc import Iterator
from html import escape

from aiohttp import web

from dialer.web.described.operations import OPERATIONS, WEBSOCKET, Operation
from dialer.web.described.shapes import NAMED, TEXT, named, one_of
from dialer.web.render import Json

VERSION = "1"
"""Of the API: another one when programs that were right before are so no more."""

_PART = re.compile(r"\{(\w+)\}")
_OPEN = ("/api/join/", "/api/pair", "/api/health", "/api/agents/login", "/api/openapi.json",
         "/api/docs", "/api/floor/board/enter", "/api/floor/board/leave")  # fmt: skip


def document(router: web.UrlDispatcher) -> Json:
    """The whole of it, for the routes under /api."""
    paths: dict[str, Json] = {}
    for method, path, route in routes(router):
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Callbank", "version": VERSION},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": NAMED,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "callbank_session"},
                "lead": {"type": "apiKey", "in": "cookie", "name": "callbank_lead"},
            },
        },
    }


def routes(router: web.UrlDispatcher) -> Iterator[tuple[str, str, web.AbstractRoute]]:
    """Method and path of every route under /api."""
    for route in router.routes():
        if route.resource is None or route.method == "HEAD":
            continue
        info = route.resource.get_info()
        path = str(info.get("formatter") or info.get("path"))
        if path.startswith("/api/"):
            yield route.method, path, route


def _operation(method: str, path: str, route: web.AbstractRoute) -> Json:
    its = OPERATIONS[method, path]
    says = (inspect.getdoc(route.handler) or "").replace("\n", " ")
    made: Json = {
        "summary": says,
        "tags": [path.split("/")[2]],
        "parameters": _parameters(method, path, its),
        "responses": {str(its.status): _answer(its), "default": _json("it was not done", "Error")},
    }
    if its.body is not None:
        made["requestBody"] = {"content": {"application/json": {"schema": its.body}}}
    if not path.startswith(_OPEN):
        made["security"] = [{name: []} for name in _who(path)]
    return made


def _who(path: str) -> tuple[str, ...]:
    """By which of the security schemes it is asked, each being enough."""
    if path.startswith("/api/floor/board"):
        return ("lead", "token")
    return ("session",) if "/volunteer" in path else ("token",)


def _parameters(method: str, path: str, its: Operation) -> list[Json]:
    parts: list[Json] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": one_of(its.words[name]) if name in its.words else TEXT,
        }
        for name in _PART.findall(path)
    ]
    is_pages = path.startswith(("/api/volunteer", "/api/join", "/api/pair", "/api/floor/board"))
    if method == "POST" and is_pages:
        guard = {"name": "X-Callbank", "in": "header", "required": True, "schema": TEXT}
        parts.append(guard)
    return parts


def _answer(its: Operation) -> Json:
    if its.kind == WEBSOCKET:
        return {"description": "the connection becomes a WebSocket"}
    return {"description": "it was done", "content": {its.kind: {"schema": its.answer}}}


def _json(description: str, name: str) -> Json:
    return {"description": description, "content": {"application/json": {"schema": named(name)}}}


# --- the page ------------------------------------------------------------------------------------

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;"
    "color-scheme:light dark;overflow-wrap:anywhere}h2{margin:1.5rem 0 .25rem;font-size:1rem}"
    "code,pre{font:.875rem/1.4 ui-monospace,monospace}"
    "pre{white-space:pre-wrap;margin:.25rem 0 0 1rem}p{margin:.25rem 0}"
)


def page(its: Json) -> str:
    """The document to be read by people: each path, what it does, takes and answers."""
    paths = [
        _section(method.upper(), path, one)
        for path, methods in its["paths"].items()
        for method, one in methods.items()
    ]
    shapes = [
        f'<h2 id="{name}">{name}</h2><pre>{_shape(shape)}</pre>' for name, shape in NAMED.items()
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Callbank: the API</title><style>{STYLE}</style></head><body>"
        "<h1>Callbank: the API</h1>"
        '<p>For programs: <a href="/api/openapi.json">openapi.json</a>. Errors are'
        ' <a href="#Error">Error</a>.</p>' + "".join((*paths, "<h1>Shapes</h1>", *shapes))
        + "</body></html>"
    )  # fmt: skip


def _section(method: str, path: str, its: Json) -> str:
    who = {
        "token": "header Authorization: Bearer TOKEN",
        "session": "the session's cookie",
        "lead": "a shift lead's cookie",
    }
    needs = [" or ".join(who[name] for one in its.get("security", ()) for name in one)]
    needs += [f"header {one['name']}" for one in its["parameters"] if one["in"] == "header"]
    lines = [f"<h2><code>{method} {escape(path)}</code></h2><p>{escape(its['summary'])}</p>"]
    if any(needs):
        lines.append(f"<p>Needs: {escape(', '.join(filter(None, needs)))}.</p>")
    if "requestBody" in its:
        taken = its["requestBody"]["content"]["application/json"]["schema"]
        lines.append(f"<pre>takes {_shape(taken)}</pre>")
    for status, answer in its["responses"].items():
        for one in answer.get("content", {}).values():
            if status != "default" and one["schema"]:
                lines.append(f"<pre>{status} {_shape(one['schema'])}</pre>")
    return "".join(lines)


def _shape(its: Json, indent: str = "") -> str:
    """A shape in a few signs: what is optional ends with a question mark."""
    if "$ref" in its:
        name = its["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in its:
        return " or ".join(_shape(one, indent) for one in its["anyOf"])
    if "enum" in its:
        return escape(" | ".join(f'"{word}"' for word in its["enum"]))
    if "const" in its:
        return str(its["const"]).lower()
    if its.get("type") == "array":
        return f"[{_shape(its['items'], indent)}, …]"
    if "properties" in its:
        inner = indent + "  "
        lines = [
            f"{inner}{name}{'' if name in its.get('required', ()) else '?'}: {_shape(one, inner)}"
            for name, one in its["properties"].items()
        ]
        return "{\n" + "\n".join(lines) + f"\n{indent}}}"
    return escape(str(its.get("type", "anything")))
