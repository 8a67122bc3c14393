"""Callbank's service: the pacing daemon, its adapters and its commands (see README)."""
