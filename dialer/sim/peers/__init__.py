"""Other dialers' pacing, re-implemented from descriptions of their rules, to compare ours with.

Each family is one readable file, a `Pacer` like our own, so that the real engine dials for it in
the simulator. They are judged as the law judges: their own idea of an abandoned call counts for
their own decisions only. `policies.py` has them all by name. Nothing here ever dials for real.
"""
