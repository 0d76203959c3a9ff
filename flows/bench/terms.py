"""The terms that are the same for every contender."""

AGENT = "gallery-bench/1.0 (+mailto:me@example.org)"
DELAY = 0.005  # seconds between requests to one host: short, so that the work is what is measured
PATIENCE = 30.0  # seconds for one request
