"""Practice calls: simulated people, what they say to what they hear, and feedback. Pure."""
