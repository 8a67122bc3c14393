"""The demo: an invented voter file, bot volunteers, and the telling of what happens."""
