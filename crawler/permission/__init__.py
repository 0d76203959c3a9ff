"""What may be asked and kept: robots.txt, reservations, opt-outs, and what was forgotten."""
