"""The ledger of claims: complete, each with a test that is alive, the committed one up to date."""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import flows.studies
from flows.studies.claims.exact import FORMULAS
from flows.studies.claims.ledger import write_ledger
from flows.studies.claims.slips import SLIPS
from flows.studies.cli import STUDIES
from flows.studies.results import Results
from flows.studies.study import Claim, verdict

COMMITTED = Path(flows.studies.__file__).with_name("CLAIMS.md")
WORD = re.compile(r"\*\*(holds|holds if .+|not seen)\*\*")
SEEN = {  # what is beyond doubt, even in little
    "The gradient of sigmoid networks vanishes with depth.",
    "ReLU avoids vanishing gradients.",
    "ReLU makes activations sparse.",
    "Zero weights do not learn.",
    "Momentum is faster in a valley.",
    "A rate that is too large diverges.",
    "A rate that is too small crawls.",
    "The network without masks is the mean of all.",
}


def claims(name: str) -> tuple[Claim, ...]:
    found: tuple[Claim, ...] = import_module(f"flows.studies.{name}").STUDY.claims
    return found


def lines(ledger: Path) -> list[list[str]]:
    """The rows of the ledger's tables: claim, formula, rule, verdict, found."""
    text = ledger.read_text(encoding="utf-8").replace("\\|", "\0")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.replace("\0", "|") for cell in row] for row in rows if row[0] != "claim"]


@pytest.mark.parametrize("claim", FORMULAS, ids=lambda claim: claim.text)
def test_every_formula_is_what_the_library_computes(claim: Claim) -> None:
    seen = {case.name: case.seen for case in claim.cases(Results(()))}
    assert seen in ({"exactly": True}, {"the rate is constant": True, "the rate falls": False})


@pytest.mark.parametrize("claim", SLIPS, ids=lambda claim: claim.text)
def test_what_is_written_in_a_slip_does_not_hold(claim: Claim) -> None:
    assert verdict(claim.cases(Results(()))) == "not seen"


@pytest.mark.parametrize("name", STUDIES)
def test_every_claim_of_a_study_is_judged_by_its_results(
    name: str, results: Callable[[str], Results]
) -> None:
    found = {claim.text: verdict(claim.cases(results(name))) for claim in claims(name)}
    assert "not measured" not in found.values()
    assert {text for text, word in found.items() if word != "holds"} & SEEN == set()


def test_the_ledger_holds_every_claim_with_a_verdict(made: Callable[[str], Path]) -> None:
    (out,) = {made(name).parent for name in STUDIES}
    rows = lines(write_ledger(out))
    every = [*FORMULAS, *(claim for name in STUDIES for claim in claims(name)), *SLIPS]
    assert [row[0] for row in rows] == [claim.text for claim in every]
    assert all(WORD.fullmatch(row[3]) for row in rows)


def test_the_committed_ledger_has_the_claims_and_rules_of_today() -> None:
    every = [*FORMULAS, *(claim for name in STUDIES for claim in claims(name)), *SLIPS]
    rows = lines(COMMITTED)
    assert [row[:3] for row in rows] == [[c.text, f"`{c.formula}`", c.rule] for c in every]
    assert all(WORD.fullmatch(row[3]) for row in rows)


def test_the_exact_part_of_the_committed_ledger_is_what_is_computed_now() -> None:
    committed = {row[0]: row[3] for row in lines(COMMITTED)}
    for claim in (*FORMULAS, *SLIPS):
        assert committed[claim.text] == f"**{verdict(claim.cases(Results(())))}**"


def test_a_study_that_is_missing_is_not_measured(
    made: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "gradients").symlink_to(made("gradients"))
    words = {row[0]: row[3] for row in lines(write_ledger(tmp_path))}
    assert words["ReLU avoids vanishing gradients."] == "**holds**"
    assert words["He's weights are right for ReLU."] == "**not measured**"
