"""Which pictures may stay, and why others may not."""
