"""Proof of politeness from the records of a crawl."""
