"""The demo: a web site drawn by our own code, crawled, trained on and reported like any other."""
