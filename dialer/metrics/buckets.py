"""Upper bounds of the histograms' buckets, in seconds; names.py says whose they are."""

AROUND_TWO_SECONDS = (0.05, 0.2, 0.5, 1.0, 1.5, 1.8, 2.0, 2.2, 2.5, 3.0, 5.0)
"""The legal clock's two seconds (16 CFR 310.4(b)(4)(ii)), and what comes near."""

FINE_AND_AROUND_TWO_SECONDS = (
    0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.2, 0.5,
    1.0, 1.5, 1.8, 1.9, 2.0, 2.1, 2.2, 2.5, 3.0, 5.0,
)  # fmt: skip
"""Fine around 50 ms (our own aim for a reserved agent) and around 2 s (the legal clock)."""

DETECTION = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 4.0, 6.0)
LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
COMMIT = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
