"""Pure rules: whether a number may be dialed, and how abandonment is counted."""
