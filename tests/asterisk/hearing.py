"""What somebody heard, told by its spectrum: for tests in which parties of calls make tones.

The files are Asterisk's (8,000 samples a second, 16 bits); one that is still written to can be
read too, though its header does not know its length yet.
"""

from pathlib import Path

import numpy as np

_HEADER_BYTES = 44
_TENTH = 800
"""Samples in a tenth of a second."""


def seconds_with(heard: Path, frequency_hz: float) -> float:
    """For how many tenths of a second it is a good part of what is heard, in seconds."""
    spectra = _spectra(heard)
    at = round(frequency_hz / 10)
    loudness = spectra[:, at - 2 : at + 3].max(axis=1) / np.maximum(spectra.max(axis=1), 1e5)
    return float((loudness > 0.2).sum() / 10)


def seconds_in(heard: Path) -> float:
    """How long it is."""
    return len(_spectra(heard)) / 10


def _spectra(heard: Path) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """How loud each frequency (in steps of 10 Hz) is, for each tenth of a second."""
    written = heard.read_bytes()[_HEADER_BYTES:] if heard.exists() else b""
    whole = written[: len(written) // (2 * _TENTH) * 2 * _TENTH]
    pieces = np.frombuffer(whole, dtype="<i2").astype(float).reshape(-1, _TENTH)
    spectra: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.abs(
        np.fft.rfft(pieces * np.hanning(_TENTH), axis=1)
    )
    return spectra
