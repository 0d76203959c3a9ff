import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from dataset import DatasetConfig, DatasetError, run
from dataset.cleaning.clean import clean
from dataset.cleaning.decisions import (
    DECISIONS,
    Decision,
    append_decisions,
    decided,
    read_decisions,
)
from dataset.pictures.examine import Examined
from tests.dataset.pictures import folder_of, png, seen, stored_row, write_manifest
from tests.dataset.test_stage import table

CONFIG = DatasetConfig(size=8)
HEADER = b"sha256,decision,label,when\r\n"


def test_what_is_added_is_read_again_and_the_last_row_counts(tmp_path: Path) -> None:
    append_decisions(tmp_path, [Decision(sha256="a", decision="wrong", when="2026-01-01")])
    append_decisions(
        tmp_path,
        [
            Decision(sha256="b", decision="label", label='薔薇, "wild"'),
            Decision(sha256="a", decision="keep", label="rose"),
        ],
    )
    assert [(name, one.decision, one.label) for name, one in read_decisions(tmp_path).items()] == [
        ("b", "label", '薔薇, "wild"'),
        ("a", "keep", "rose"),
    ]
    assert (tmp_path / DECISIONS).read_bytes() == (
        HEADER + 'a,wrong,,2026-01-01\r\nb,label,"薔薇, ""wild""",\r\na,keep,rose,\r\n'.encode()
    )


def test_what_is_undone_was_never_decided(tmp_path: Path) -> None:
    for decision in "wrong", "undo":
        append_decisions(tmp_path, [Decision(sha256="a", decision=decision)])
    assert read_decisions(tmp_path) == {}


@pytest.mark.parametrize("torn", [b"b", b"b,la", b'b,label,"x,y', b"\0\0\0", b"b,keep,rose"])
def test_a_torn_last_line_counts_as_never_written(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / DECISIONS).write_bytes(HEADER + b"a,wrong,,\r\n" + torn)
    assert list(read_decisions(tmp_path)) == ["a"]
    append_decisions(tmp_path, [Decision(sha256="c", decision="wrong")])
    assert (tmp_path / DECISIONS).read_bytes() == HEADER + b"a,wrong,,\r\nc,wrong,,\r\n"


@pytest.mark.parametrize("torn", [b"", b"sha", b"sha256,decision,label,w", HEADER[:-1], b"\0\0"])
def test_a_torn_header_counts_as_never_written(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / DECISIONS).write_bytes(torn)
    assert read_decisions(tmp_path) == {}
    append_decisions(tmp_path, [Decision(sha256="c", decision="wrong")])
    assert (tmp_path / DECISIONS).read_bytes() == HEADER + b"c,wrong,,\r\n"


def test_a_line_end_torn_in_its_middle_is_made_whole(tmp_path: Path) -> None:
    (tmp_path / DECISIONS).write_bytes(HEADER + b"a,wrong,,\r")
    append_decisions(tmp_path, [Decision(sha256="c", decision="wrong")])
    assert (tmp_path / DECISIONS).read_bytes() == HEADER + b"a,wrong,,\r\nc,wrong,,\r\n"


def test_a_table_written_by_hand_is_read(tmp_path: Path) -> None:
    text = "\ufeffsha256,decision,label,when\na,label,  cafe\u0301  noir ,\n\nb,wrong,,"
    (tmp_path / DECISIONS).write_bytes(text.encode())
    append_decisions(tmp_path, [Decision(sha256="c", decision="wrong")])
    assert [(one.sha256, one.label) for one in read_decisions(tmp_path).values()] == [
        ("a", "caf\u00e9 noir"),
        ("b", ""),
        ("c", ""),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,what", "does not have the columns sha256, decision, label, when"),
        ("id,what\na,b\n", "does not have the columns sha256, decision, label, when"),
        ("sha256,decision,label,when\na,bad,,\n", "line 2: a decision is wrong, keep, label or"),
        ("sha256,decision,label,when\na,label,,\n", "line 2: the decision label has the label ''"),
        ("sha256,decision,label,when\na,wrong\n", "line 2: not enough values"),
    ],
)
def test_a_table_that_cannot_be_obeyed_is_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / DECISIONS).write_bytes(text.encode())
    with pytest.raises(DatasetError, match=message):
        read_decisions(tmp_path)


def obeyed(examined: Sequence[Examined], *decisions: Decision) -> list[Examined]:
    return list(decided(examined, {one.sha256: one for one in decisions}))


def test_a_decision_holds_for_every_file_that_shows_these_pixels() -> None:
    files = [seen("a", shows="x"), seen("b", shows="x"), seen("c")]
    wrong = obeyed(files, Decision(sha256="b", decision="wrong"))
    assert [one.reason for one in wrong] == ["decided", "decided", ""]
    moved = obeyed(files, Decision(sha256="b", decision="label", label="tulip"))
    assert [one.item.label for one in moved] == ["tulip", "tulip", "rose"]


def test_of_two_decisions_on_a_picture_the_later_counts() -> None:
    files = [seen("a", shows="x"), seen("b", shows="x")]
    both = Decision(sha256="b", decision="wrong"), Decision(sha256="a", decision="keep", label="r")
    assert [one.item.label for one in obeyed(files, *both)] == ["r", "r"]
    assert {one.reason for one in obeyed(files, *reversed(both))} == {"decided"}


def test_a_label_that_was_kept_ends_a_conflict() -> None:
    files = [seen("a", shows="x"), seen("b", shows="x", label="tulip", labels=("tulip",))]
    (before,), _ = clean(files, {})
    assert before.labels == ("rose", "tulip")
    (after,), _ = clean(obeyed(files, Decision(sha256="a", decision="keep", label="rose")), {})
    assert after.labels == ("rose",)


def test_what_was_no_image_stays_what_it_was() -> None:
    lost = Examined(item=seen("a").item, total=1, sha256="a", reason="truncated")
    assert obeyed([lost], Decision(sha256="a", decision="keep", label="rose")) == [lost]


def test_every_later_dataset_obeys_and_splits_stay(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "photos", {"rose": range(9), "薔薇": range(20, 29)})
    out = tmp_path / "out"
    first = run(CONFIG, [photos], out).read_bytes()
    rows = table(out / "samples.csv")
    wrong, other = rows[0]["sha256"], rows[1]["sha256"]
    label = "薔薇" if rows[1]["label"] == "rose" else "rose"
    decisions = [
        Decision(sha256=wrong, decision="wrong", when="1"),
        Decision(sha256=other, decision="label", label=label, when="2"),
    ]
    append_decisions(out, decisions)
    assert run(CONFIG, [photos], out).read_bytes() != first
    after = {row["sha256"]: row for row in table(out / "samples.csv")}
    (out_of_it,) = table(out / "quarantine.csv")
    assert (out_of_it["sha256"], out_of_it["reason"]) == (wrong, "decided")
    assert after[other]["label"] == label
    assert all(after[row["sha256"]]["split"] == row["split"] for row in rows[1:])
    assert len(after) + 1 == len(rows)
    append_decisions(out, [Decision(sha256=one.sha256, decision="undo") for one in decisions])
    run(CONFIG, [photos], out)
    assert table(out / "samples.csv") == rows


def test_when_something_was_decided_makes_no_new_snapshot(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "photos", {"rose": range(4), "薔薇": range(20, 24)})
    out = tmp_path / "out"
    run(CONFIG, [photos], out)
    name = table(out / "samples.csv")[0]["sha256"]
    identities = []
    for when in "1", "2":
        append_decisions(out, [Decision(sha256=name, decision="wrong", when=when)])
        run(CONFIG, [photos], out)
        record = json.loads((out / "stage.json").read_text(encoding="utf-8"))
        identities.append(record["inputs"]["decisions"])
    assert len(set(identities)) == 1


def test_a_decision_on_one_of_two_equal_files_of_a_crawl_holds(tmp_path: Path) -> None:
    bodies = {f"https://a.example/{n}": png(n) for n in range(8)}
    rows = [
        stored_row(tmp_path / "crawl", url, body, "rose" if n % 2 else "tulip")
        for n, (url, body) in enumerate(bodies.items())
    ]
    copy = stored_row(tmp_path / "crawl", "https://b.example/", png(0), "tulip")
    manifest = write_manifest(tmp_path / "crawl", [*rows, copy])
    run(CONFIG, [manifest], tmp_path / "out")
    append_decisions(tmp_path / "out", [Decision(sha256=copy.sha256, decision="wrong")])
    run(CONFIG, [manifest], tmp_path / "out")
    reasons = [row["reason"] for row in table(tmp_path / "out" / "quarantine.csv")]
    assert reasons == ["decided", "decided"]
