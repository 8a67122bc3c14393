"""The end of a TLS certificate, read from real ones that OpenSSL made."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialer.errors import CallbankError
from dialer.parts.machine import certificate_ends_at

UNTIL_2026 = """\
-----BEGIN CERTIFICATE-----
MIIBijCCATGgAwIBAgIUdz/GqJCXSennv7Lm4gude3uFvQgwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQY2FsbGJhbmsuZXhhbXBsZTAeFw0yNjExMjkwMjE2MDNaFw0y
NjEyMjkwMjE2MDNaMBsxGTAXBgNVBAMMEGNhbGxiYW5rLmV4YW1wbGUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAT23OuWrIZCPjNAI2bGnqaT1fFGIlfmxSCwGNfk
jpMCL+zv3WUNw7knMvlcDynZaKQjBA/XdsU1p8OzVwAIKlgOo1MwUTAdBgNVHQ4E
FgQUK2WtgbYV/cBt0HS2O/UEbw6iUzMwHwYDVR0jBBgwFoAUK2WtgbYV/cBt0HS2
O/UEbw6iUzMwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAGdRBg
jpFwFxYgWVLfReHtc6Cx44gsf2Vgtw6A5VqDXgIgRM6zM3dJft2WRx45F0veFPKo
/5A03BIFMLjH/hTvwk0=
-----END CERTIFICATE-----
"""
UNTIL_2066 = """\
-----BEGIN CERTIFICATE-----
MIIBjjCCATOgAwIBAgIUNHarQcOxEhAmu/P7gmBwdm8n0fAwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQY2FsbGJhbmsuZXhhbXBsZTAgFw0yNjExMjkwMjE2MDNaGA8y
MDY2MTExOTAyMTYwM1owGzEZMBcGA1UEAwwQY2FsbGJhbmsuZXhhbXBsZTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABPbc65ashkI+M0AjZsaeppPV8UYiV+bFILAY
1+SOkwIv7O/dZQ3DuScy+VwPKdlopCMED9d2xTWnw7NXAAgqWA6jUzBRMB0GA1Ud
DgQWBBQrZa2BthX9wG3QdLY79QRvDqJTMzAfBgNVHSMEGDAWgBQrZa2BthX9wG3Q
dLY79QRvDqJTMzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDw
vC+sqYnwM5JnBHkKJU9EGUqTndPxf18id66jGyZkfAIhAOSZF0uEajXjBpuPJCTF
6YApT/mx1Gf8v7C/EufBwl5y
-----END CERTIFICATE-----
"""
"""From 2050 on a certificate writes its years with four digits."""


@pytest.mark.parametrize(
    ("certificate", "ends_at"),
    [
        (UNTIL_2026, datetime(2026, 12, 29, 2, 16, 3, tzinfo=UTC)),
        (UNTIL_2066, datetime(2066, 11, 19, 2, 16, 3, tzinfo=UTC)),
        (UNTIL_2026 + UNTIL_2066, datetime(2026, 12, 29, 2, 16, 3, tzinfo=UTC)),  # a chain
    ],
)
def test_a_certificates_end_is_read(tmp_path: Path, certificate: str, ends_at: datetime) -> None:
    path = tmp_path / "proxy.pem"
    path.write_text("made for a test\n" + certificate)
    assert certificate_ends_at(path) == ends_at.timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        UNTIL_2026.replace("MIIB", "AAAA"),
        "-----BEGIN CERTIFICATE-----\nMIIBijCCATGg\n-----END CERTIFICATE-----\n",
        "-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
    ],
)
def test_a_file_that_is_no_certificate_is_one_clear_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "proxy.pem"
    path.write_text(text)
    with pytest.raises(CallbankError, match=f"{path} holds no TLS certificate"):
        certificate_ends_at(path)


def test_a_file_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallbankError, match="cannot be read"):
        certificate_ends_at(tmp_path / "none.pem")
