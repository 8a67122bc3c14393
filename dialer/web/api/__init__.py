"""One resource per file; each has an `add_routes` that web/server.py calls."""
