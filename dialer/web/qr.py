"""QR codes, for what is too long to type: as a picture, or as signs for a terminal.

The volunteers' API draws a telephone's address with it, `callbank volunteer invite` a link.
"""

import io

import segno

_QUIET_ZONE = 2  # modules around it; cameras need some


def svg(text: str) -> str:
    """A picture, black on white also where the page is dark."""
    drawn = io.BytesIO()
    code = segno.make_qr(text)
    code.save(drawn, kind="svg", scale=4, border=_QUIET_ZONE, dark="#000", light="#fff")
    return drawn.getvalue().decode()


def signs(text: str) -> str:
    """Lines of block signs, to be read off a terminal's screen."""
    drawn = io.StringIO()
    segno.make_qr(text).terminal(out=drawn, compact=True, border=_QUIET_ZONE)
    return drawn.getvalue()
