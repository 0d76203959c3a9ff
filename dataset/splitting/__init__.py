"""Which sample trains, which chooses, which tests."""
