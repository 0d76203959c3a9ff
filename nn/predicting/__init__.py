"""The command `deeprunning predict`: what is on images, as a table, and why."""
