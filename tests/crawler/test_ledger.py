"""The ledger as a file: transactions, versions, generations."""

from pathlib import Path

import pytest

from crawler.errors import LedgerError
from crawler.ledger import Ledger
from crawler.outcome import Outcome


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with Ledger(tmp_path / "x.sqlite") as ledger:
        with pytest.raises(ZeroDivisionError), ledger.transaction():
            ledger.begin_generation(5)
            raise ZeroDivisionError
        with ledger.transaction():
            ledger.begin_generation(7)
    with Ledger(tmp_path / "x.sqlite") as ledger:
        assert (ledger.generation, ledger.begun, ledger.finished) == (1, 7, False)


def test_a_disk_that_is_full_is_one_clear_sentence(tmp_path: Path) -> None:
    with Ledger(tmp_path / "x.sqlite") as ledger:
        with ledger.transaction():
            ledger.begin_generation(1)
        pages = ledger.database.execute("PRAGMA page_count").fetchone()[0]
        ledger.database.execute(f"PRAGMA max_page_count = {pages}")
        too_much = pytest.raises(LedgerError, match=f"{tmp_path}: No space left")
        with too_much, ledger.transaction():
            ledger.traffic.note_robots("a:80", 1, "parse", "", bytes(100_000))
        assert ledger.traffic.robots("a:80") is None


def test_a_ledger_of_another_version_is_refused(tmp_path: Path) -> None:
    with Ledger(tmp_path / "x.sqlite") as ledger:
        ledger.database.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="its format is 99"):
        Ledger(tmp_path / "x.sqlite")


def test_the_latest_answer_among_some_generations_counts() -> None:
    with Ledger(":memory:") as ledger:
        for generation, status in (1, 200), (3, 404):
            ledger.web.answer(generation, Outcome(kind="page", url="u", status=status))

        def status_of(since: int, upto: int) -> int | None:
            outcome = ledger.web.outcome("page", "u", since, upto)
            return outcome.status if outcome else None

        assert [status_of(0, 9), status_of(0, 2), status_of(2, 9), status_of(2, 2)] == [
            404,
            200,
            404,
            None,
        ]


def test_starting_over_forgets_the_answers_of_this_generation_alone() -> None:
    with Ledger(":memory:") as ledger:
        for now in 1, 2:
            ledger.begin_generation(now)
            ledger.web.answer(ledger.generation, Outcome(kind="page", url="u", status=now))
        ledger.start_over(3)
        outcome = ledger.web.outcome("page", "u")
        assert outcome is not None
        assert (outcome.status, ledger.begun) == (1, 3)
