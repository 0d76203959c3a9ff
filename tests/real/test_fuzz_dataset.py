"""Every file of the fuzz corpora through the dataset stage: no crash, no hang, bounded memory.

Not only the images: whatever lies in a folder is an input, and so must be told of.
"""

import csv
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from dataset import DatasetConfig
from dataset.config import CROPS, SUSPICIONS
from dataset.pictures.examine import Examined, examine
from dataset.reading.inputs import Item

pytestmark = [
    pytest.mark.real,
    pytest.mark.accept,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc"),
]

SECONDS = 2.0  # of the processor for one image: fifteen times what the slowest takes
MEMORY = 400  # MiB
REASONS = {
    *("not-an-image", "truncated", "bomb", "no-label"),
    *("duplicate-bytes", "duplicate-pixels"),
}
# The peak of a child may begin with what its parent had; /proc tells of the process alone.
COMMAND = """
import sys
from pathlib import Path
if sys.argv.pop(1) == "absent":
    sys.modules["simplejpeg"] = None  # an import of it fails
from dataset.cli import dataset_main
status = dataset_main(sys.argv[1:])
print(Path("/proc/self/status").read_text(encoding="utf-8"))
sys.exit(status)
"""


def all_files(fuzz: Path) -> list[Path]:
    return sorted(path for path in fuzz.rglob("*") if path.is_file())


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("strict", ["present", "absent"])
@pytest.mark.parametrize("aside", [(), SUSPICIONS], ids=["nothing-aside", "all-flags-aside"])
@pytest.mark.parametrize("crop", CROPS)
def test_samples_and_quarantine_are_the_rows(
    fuzz: Path, tmp_path: Path, *, crop: str, aside: tuple[str, ...], strict: str
) -> None:
    if strict == "present":
        pytest.importorskip("simplejpeg")
    words = [str(fuzz), "--size", "32", "--crop", crop, "--out", str(tmp_path)]
    words += ["--quarantine", *aside] if aside else []
    begun = time.monotonic()
    command = [sys.executable, "-c", COMMAND, strict, *words]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, timeout=SECONDS * 600
    )
    assert done.returncode == 0, done.stderr
    peak = int(done.stdout.split("VmHWM:")[1].split()[0]) / 1024
    samples, quarantine = (table(tmp_path / name) for name in ("samples.csv", "quarantine.csv"))
    visible = [p for p in all_files(fuzz) if "/." not in p.relative_to(fuzz.parent).as_posix()]
    reasons = Counter(row["reason"] for row in quarantine)
    print(
        f"{crop}, {len(aside)} flags set aside, strict decoder {strict}: {len(visible)} files = "
        f"{len(samples)} samples + {len(quarantine)} in quarantine, {peak:.0f} MiB, "
        f"{time.monotonic() - begun:.0f} s; {dict(reasons.most_common())}"
    )
    assert len(samples) + len(quarantine) == len(visible)
    assert len(samples) > (100 if aside else 500)
    assert set(reasons) <= REASONS | set(aside) | ({"damaged"} if strict == "present" else set())
    assert ("damaged" in reasons) == (strict == "present")
    assert peak < MEMORY


def test_no_file_takes_long(fuzz: Path) -> None:
    """Hidden files too: any of them may be named in a manifest."""
    config = DatasetConfig(crop="energy", duplicates="near", workers=1)
    took: dict[str, float] = {}
    outcomes: Counter[str] = Counter()
    for file in all_files(fuzz):
        begun = time.process_time()
        one = looked_at(file, config)
        took[file.relative_to(fuzz).as_posix()] = time.process_time() - begun
        outcomes[one.status] += 1
    slowest = sorted(took.items(), key=lambda pair: pair[1])[-3:]
    told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in reversed(slowest))
    print(f"{len(took)} files in {sum(took.values()):.1f} CPU seconds, {dict(outcomes)}: {told}")
    assert len(took) > 9000
    assert max(took.values()) < SECONDS


def looked_at(file: Path, config: DatasetConfig) -> Examined:
    (one,) = examine([Item(source=file, label="x", path=file.name)], config)
    return one
