import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.files import FolderBusyError, canonical_json, replacing, stage_folder, sweep


def test_a_file_is_replaced_only_when_the_block_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "写真" / "a.txt"
    with replacing(path) as part:
        part.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), replacing(path) as part:
        part.write_text("new", encoding="utf-8")
        1 / 0  # noqa: B018  # fails inside the block, which is the point
    assert path.read_text(encoding="utf-8") == "old"
    assert [item.name for item in path.parent.iterdir()] == ["a.txt"]


def test_what_a_kill_leaves_behind_is_swept(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from crawler.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as part:\n"
        "    part.write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    target = tmp_path / "ab" / "x.jpg"
    done = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(target.parent.iterdir())) == 1
    sweep(tmp_path)
    assert list(target.parent.iterdir()) == []


def test_a_folder_has_one_process_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from crawler.files import stage_folder\n"
        "with stage_folder(Path(sys.argv[1])): print('locked', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, encoding="utf-8"
    ) as other:
        assert other.stdout
        other.stdout.readline()
        with (
            pytest.raises(FolderBusyError, match="in use by another process"),
            stage_folder(tmp_path),
        ):
            pass
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    with stage_folder(tmp_path) as folder:
        assert folder.record is None


def test_the_record_of_a_stage_is_valid_json_after_a_shorter_one(tmp_path: Path) -> None:
    with stage_folder(tmp_path) as folder:
        folder.write({"stage": "crawl", "config": {"label": "薔薇" * 100}})
        folder.write({"stage": "crawl"})
        assert folder.record == {"stage": "crawl"}
    assert json.loads((tmp_path / "stage.json").read_bytes()) == {"stage": "crawl"}


def test_a_torn_record_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "stage.json").write_text('{"stage": "cra', encoding="utf-8")
    with stage_folder(tmp_path) as folder:
        assert folder.record is None


def test_equal_values_have_equal_canonical_json() -> None:
    assert canonical_json({"b": 1.5, "a": "花"}) == canonical_json({"a": "花", "b": 1.5})
    assert canonical_json({"b": [1, 2], "a": "花"}) == '{"a":"花","b":[1,2]}'
