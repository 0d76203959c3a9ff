"""What a training leaves to be read and looked at."""
