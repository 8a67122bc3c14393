"""Which machine verdicts are drawn to be listened to, so that the detector's errors are known.

A verdict is drawn when a keyed hash of its attempt's id falls below the campaign's share: nobody
can choose which, and who has the key can draw again and find the same. The stores draw; the SQL
of `draw_audits` says the same.
"""

from enum import StrEnum
from hashlib import sha256

HASH_BYTES = 6
"""So much of the hash is compared: one in 2 to the 48th is fine enough for any share."""


class Heard(StrEnum):
    """What somebody found who listened to a call that was ended as a machine's."""

    PERSON = "person"
    MACHINE = "machine"
    UNCLEAR = "unclear"  # counted as a person


def is_drawn(key: bytes, attempt_id: str, share: float) -> bool:
    """Whether the attempt's verdict is to be listened to."""
    head = sha256(key + attempt_id.encode()).digest()[:HASH_BYTES]
    return int.from_bytes(head, "big") < share * 2.0 ** (8 * HASH_BYTES)
