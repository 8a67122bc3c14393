"""Pure numbers: how many lines to dial now, and why. One policy for each dial method."""
