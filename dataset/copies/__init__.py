"""Which pictures are copies of each other: thumbnails, hashes, comparison."""
