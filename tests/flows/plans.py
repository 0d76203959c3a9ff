"""A configuration for the tests of flows: small, quick, and on loopback."""

from pathlib import Path

SMALL = """\
[crawl]
user_agent = "deeprunning-tests/1.0 (+mailto:tests@example.org)"
delay = 0.0
allow_private = ["127.0.0.1"]

[[crawl.sources]]
seeds = ["{seed}"]
follow = ["{seed}"]
label_pattern = '/(?P<label>[^/]+)/$'

[dataset]
size = 16
stored = 18

[train]
model = "{model}"
epochs = 2
batch_size = 8
"""


def write_config(folder: Path, seed: str = "http://127.0.0.1:1/", **replaced: str) -> Path:
    """Write the configuration into a folder, some of its text replaced; return its path."""
    text = SMALL.format(seed=seed, model=replaced.pop("model", "small"))
    for old, new in replaced.items():
        text = text.replace(old, new)
    path = folder / "pipeline.toml"
    path.write_text(text, encoding="utf-8")
    return path
