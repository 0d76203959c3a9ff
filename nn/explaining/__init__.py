"""Where in an image the network saw what it says: heat over the picture."""
