"""The server's own certificate: what cannot be used is said, what is renewed is taken over."""

import asyncio
import shutil
import socket
import ssl
from pathlib import Path

import pytest
from aiohttp import web

from dialer.errors import CallbankError
from dialer.web.server import SecureAddress, WebServer
from dialer.web.tls import Certificate

HERE = Path(__file__).parent / "certificates"


def kept(place: Path, certificate: str = "first", key: str = "first") -> Certificate:
    put(place, certificate, key)
    return Certificate(certificate=place / "web.pem", key=place / "web.key")


def put(place: Path, certificate: str, key: str) -> None:
    shutil.copyfile(HERE / f"{certificate}.pem", place / "web.pem")
    shutil.copyfile(HERE / f"{key}.key", place / "web.key")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def who_answers(port: int) -> str:
    """The name in the certificate of who answers there by https."""
    trusting = ssl.create_default_context()
    trusting.load_verify_locations(HERE / "first.pem")
    trusting.load_verify_locations(HERE / "second.pem")
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=trusting, server_hostname="localhost"
    )
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    assert (await reader.read()).endswith(b"here")
    its = writer.get_extra_info("peercert")
    writer.close()
    return str(dict(one[0] for one in its["subject"])["commonName"])


async def say_here(request: web.Request) -> web.Response:
    return web.Response(text="here")


async def test_https_is_served_beside_http_and_a_renewed_certificate_is_taken_over(
    tmp_path: Path,
) -> None:
    app = web.Application()
    app.router.add_get("/", say_here)
    certificate, port, plain = kept(tmp_path), free_port(), free_port()
    secure = SecureAddress(host="127.0.0.1", port=port, certificate=certificate)
    server = WebServer(app, "127.0.0.1", plain, secure)
    await server.start()
    try:
        assert await who_answers(port) == "first"
        put(tmp_path, "second", "first")  # half renewed
        certificate.look()
        assert await who_answers(port) == "first"
        put(tmp_path, "second", "second")
        certificate.look()
        assert await who_answers(port) == "second"
    finally:
        await server.stop()


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallbankError, match="is not the key of"):
        kept(tmp_path, "first", "second")


def test_what_is_no_certificate_is_refused(tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / "web.pem").write_text("none")
    with pytest.raises(CallbankError, match="are no certificate and key in PEM form"):
        Certificate(certificate=tmp_path / "web.pem", key=tmp_path / "web.key")


def test_a_certificate_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallbankError, match=r"web\.pem cannot be read \(No such file"):
        Certificate(certificate=tmp_path / "web.pem", key=tmp_path / "web.key")
