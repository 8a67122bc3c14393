"""Adapter: the HTTP API for volunteers' programs, the operator and Prometheus (aiohttp)."""
