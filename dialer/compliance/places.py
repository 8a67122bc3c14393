"""Where the person behind a number may be, as states. Pure; the store asks it for every lead.

Stands here until branch `law` brings the whole of it: the states of area codes and ZIP codes.
"""

from dialer.compliance.zones import STATE_ZONES


def states_of(e164: str, *, zip_code: str = "", state: str = "") -> tuple[str, ...]:
    """The US states where the person may be, sorted; empty outside of the United States."""
    stated = state.strip().upper()
    return (stated,) if e164.startswith("+1") and stated in STATE_ZONES else ()
