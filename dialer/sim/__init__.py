"""The deterministic simulator: the real engine under a carrier, a floor and faults we make."""
