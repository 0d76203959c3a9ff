"""What image files say of themselves: the packets and records in them."""
