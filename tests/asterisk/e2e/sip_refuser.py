"""A carrier that refuses every call with one status, counts who was asked for, and may get well."""

import re
import socket
import threading
from collections import Counter

_ECHOED = (b"Via", b"From", b"To", b"Call-ID", b"CSeq")


class SipRefuser:
    """Answers SIP over UDP on loopback: OPTIONS with 200, INVITE with its status.

    One that is `healed` passes everything on to a real carrier instead.
    """

    def __init__(self, status: str, *, after_s: float = 0.0) -> None:
        self.asked: Counter[str] = Counter()
        self._status = status
        self._after_s = after_s
        self._carrier: tuple[str, int] | None = None
        self._caller = ("127.0.0.1", 0)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="sip refuser", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def heal(self, carrier_port: int) -> None:
        """From now on be the carrier at this port."""
        self._carrier = ("127.0.0.1", carrier_port)

    def close(self) -> None:
        """Stop answering."""
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        seen: set[bytes] = set()
        while True:
            packet, sender = self._socket.recvfrom(65536)
            if not packet:
                return
            method = packet.split(b" ", 1)[0]
            if self._carrier is not None:
                self._pass_on(packet, sender)
            elif method == b"INVITE":
                number = re.match(rb"INVITE sip:\+?([0-9]+)@", packet)
                call = re.search(rb"^Call-ID: *(\S+)", packet, re.MULTILINE)
                if number and call and call[1] not in seen:
                    seen.add(call[1])
                    self.asked[f"+{number[1].decode()}"] += 1
                answer = self._answer(packet, self._status)
                if self._after_s:
                    threading.Timer(self._after_s, self._send, (answer, sender)).start()
                else:
                    self._send(answer, sender)
            elif method == b"OPTIONS":
                self._send(self._answer(packet, "200 OK"), sender)

    def _pass_on(self, packet: bytes, sender: tuple[str, int]) -> None:
        if sender == self._carrier:
            self._send(packet, self._caller)
        elif self._carrier is not None:
            self._caller = sender
            self._send(packet, self._carrier)

    def _send(self, packet: bytes, to: tuple[str, int]) -> None:
        self._socket.sendto(packet, to)

    @staticmethod
    def _answer(request: bytes, status: str) -> bytes:
        lines = [f"SIP/2.0 {status}".encode()]
        for line in request.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
            name = line.split(b":", 1)[0].strip()
            if name in _ECHOED:
                tag = b";tag=refused" if name == b"To" and b";tag=" not in line else b""
                lines.append(line + tag)
        if status.startswith("401"):
            lines.append(b'WWW-Authenticate: Digest realm="carrier", nonce="abc", algorithm=MD5')
        return b"\r\n".join([*lines, b"Content-Length: 0", b"", b""])
