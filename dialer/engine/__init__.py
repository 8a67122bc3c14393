"""Pure orchestration: facts in, wishes out. No clock, no I/O, no randomness (see engine.py)."""
