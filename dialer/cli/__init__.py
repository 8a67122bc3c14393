"""The commands: each `dialer/cli/<name>.py` offers `configure(parser)` and `run(args) -> int`."""
