"""Telephone numbers for a benchmark: as many as wanted, each once, none of anybody.

958 and 959 are the test exchanges of every area code. The numbers never leave the loopback
interface: the stage's only trunk ends in the simulated network on this machine.
"""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_AREA_CODES = ("919", "984", "704", "336", "828", "910", "252", "980", "743", "472")
_EXCHANGES = ("958", "959")

MOST = len(_AREA_CODES) * len(_EXCHANGES) * 10_000


def numbers(count: int) -> Iterator[str]:
    """The first `count` of them, in E.164 form."""
    every = (
        f"+1{area_code}{exchange}{line:04}"
        for exchange in _EXCHANGES
        for line in range(10_000)
        for area_code in _AREA_CODES
    )
    return islice(every, count)


def write_list(path: Path, count: int, time_zone: str) -> None:
    """A list file with so many people to call, who live in that time zone."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("id", "phone", "first_name", "last_name", "time_zone"))
        for serial, number in enumerate(numbers(count), start=1):
            writer.writerow((f"bench-{serial}", number, "Bench", f"Number {serial}", time_zone))
