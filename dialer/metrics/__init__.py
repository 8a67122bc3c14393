"""Adapter: everything Prometheus may know, derived from the pump's stream (prometheus-client)."""
