"""How far back a lead knows what happened to its number and its person. For both stores."""

from dialer.compliance.rule_words import ATTEMPTS_KNOWN_H, PAST_KNOWN_DAYS

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S

ATTEMPTS_KNOWN_S = ATTEMPTS_KNOWN_H * HOUR_S + DAY_S
"""Attempts: as far as a rule may look, and a day more, for days are those of a time zone."""

PAST_KNOWN_S = (PAST_KNOWN_DAYS + 1) * DAY_S
"""Recorded voices, abandonments and machines: caps on recorded voices look 30 days back
(47 CFR 64.1200(a)(3)(iii))."""
