"""Benchmarks on the demo's stage: real processes, real SIP, figures from Asterisk's own clock."""
