"""What becomes of one picture: colours, crop, damage, quality."""
