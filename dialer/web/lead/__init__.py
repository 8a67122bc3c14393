"""The shift lead's side: one campaign's floor, watched and helped from a page."""
