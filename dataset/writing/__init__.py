"""How a snapshot gets on disk."""
