"""What stands between a request and a hostile world: addresses, deadlines, room in memory."""
