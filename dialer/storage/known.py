"""How far back a lead knows what happened to its number and its person. For both stores."""

HOUR_S = 3600.0

ATTEMPTS_KNOWN_S = 8 * 24 * HOUR_S
"""Attempts: the longest cap looks a week back, and days are those of a time zone."""

PAST_KNOWN_S = 31 * 24 * HOUR_S
"""Recorded voices, abandonments and machines: caps on recorded voices look 30 days back
(47 CFR 64.1200(a)(3)(iii))."""
