"""What can be seen of this machine that will one day stop the phone bank: disks and certificates.

Asked by metering.py for the metrics.
"""

import ssl
from datetime import datetime
from pathlib import Path

from dialer.errors import CallbankError

_SEQUENCE, _VERSION = 0x30, 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18


def certificate_ends_at(path: Path) -> float:
    """When the first certificate of a PEM file ends. Raises CallbankError."""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
        begin, end = text.index(ssl.PEM_HEADER), text.index(ssl.PEM_FOOTER)
        return _ends_at(ssl.PEM_cert_to_DER_cert(text[begin : end + len(ssl.PEM_FOOTER)]))
    except OSError as error:
        raise CallbankError(
            f"The TLS certificate {path} cannot be read ({error.strerror}); its end is not among"
            " the metrics. Correct [metrics] certificate or the file's rights."
        ) from error
    except (ValueError, IndexError) as error:
        raise CallbankError(
            f"{path} holds no TLS certificate (PEM); its end is not among the metrics. Correct"
            " [metrics] certificate."
        ) from error


def _ends_at(der: bytes) -> float:
    """The notAfter of an X.509 certificate (RFC 5280 section 4.1)."""
    certificate, _ = _element(der, _SEQUENCE)
    signed, _ = _element(certificate, _SEQUENCE)
    if signed[0] == _VERSION:
        _, signed = _element(signed, _VERSION)
    for _ in ("serial number", "signature", "issuer"):
        _, signed = _element(signed)
    validity, _ = _element(signed, _SEQUENCE)
    _, validity = _element(validity)  # notBefore
    written, _ = _element(validity)
    if validity[0] == _UTC_TIME:  # two digits of a year from 1950 to 2049
        century = "19" if written >= b"50" else "20"
    elif validity[0] == _GENERALIZED_TIME:
        century = ""
    else:
        raise ValueError("no time where the certificate's end should be")
    moment = century + written.decode("ascii").replace("Z", "+0000")
    return datetime.strptime(moment, "%Y%m%d%H%M%S%z").timestamp()


def _element(der: bytes, wanted: int | None = None) -> tuple[bytes, bytes]:
    """The content of the first element (X.690), and what follows it."""
    tag, length, start = der[0], der[1], 2
    if wanted is not None and tag != wanted:
        raise ValueError("not what a certificate has at this place")
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    if start + length > len(der):
        raise ValueError("cut short")
    return der[start : start + length], der[start + length :]
