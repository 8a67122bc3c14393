"""Whether a real answer has the shape that the API's description gives it."""

import re
from typing import Any

from aiohttp import web
from jsonschema import Draft202012Validator

from dialer.web.described.document import document


def check_answer(
    router: web.UrlDispatcher, method: str, path: str, status: int, answer: object
) -> None:
    """Fails where the answer of a described path has another shape; other paths do not matter."""
    described = document(router)
    its = _described(described["paths"], method, path.partition("?")[0])
    if its is None:
        return
    responses = its["responses"]
    response = responses.get(str(status), responses["default"])
    assert str(status) in responses or status >= 400, f"{method} {path}: {status} is not described"
    schema = response["content"]["application/json"]["schema"]
    whole = {**schema, "components": described["components"]}
    faults = [
        f"{method} {path} {list(fault.absolute_path)}: {fault.message}"
        for fault in Draft202012Validator(whole).iter_errors(answer)
    ]
    assert not faults, faults


def _described(paths: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    """What is said of a path; one without variable parts goes before one with them."""
    for template in sorted(paths, key=lambda one: one.count("{")):
        if method.lower() in paths[template]:
            pattern = re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path):
                return dict(paths[template][method.lower()])
    return None
