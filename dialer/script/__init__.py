"""The script that a volunteer reads from: its language, its faults, and the answers it takes."""
