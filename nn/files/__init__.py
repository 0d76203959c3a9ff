"""Models and checkpoints as files: sealed, without pickle."""
