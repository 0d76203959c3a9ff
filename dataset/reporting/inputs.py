"""Section of the report: what became of every input, and why some are no samples."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from dataset.pictures.strict import strict_decoder
from dataset.reporting.facts import Facts, by_size, likeliest
from dataset.reporting.html import Html, table, tag
from dataset.reporting.parts import SENTENCE, count, said, share, strip

STRICT = (
    "JPEGs that are damaged in the middle were looked for: the strict decoder was there. Those "
    "found are in quarantine as damaged."
)
LENIENT = (
    "JPEGs that are damaged in the middle were not looked for: the strict decoder was not there, "
    "which the extra deeprunning[strict] installs. Cut-off files are found without it."
)
KINDS = ("sample", "aside")


def section(facts: Facts) -> Iterator[Html]:
    """Samples and quarantine are all of it; each reason has its number."""
    samples, aside = len(facts.rows), len(facts.quarantine)
    in_quarantine = count(aside, "quarantine"), " in quarantine"
    yield tag("div", strip({"sample": samples, "aside": aside}, KINDS, 0, ["inputs"]), cls="bar")
    yield tag(
        "p",
        tag("span", count(samples + aside, "inputs"), " inputs = "),
        tag("span", count(samples, "samples"), " samples", cls="key sample"),
        " ",
        tag("span", "+ ", tag("span", *in_quarantine, cls="key aside"), cls="term"),
    )
    if aside:
        yield _reasons(facts)
    yield tag("p", STRICT if strict_decoder() else LENIENT, cls="note")


def _reasons(facts: Facts) -> Html:
    """A row a reason, explained by the sentence that is most often said with it."""
    details: dict[str, Counter[str]] = defaultdict(Counter)
    for row in facts.quarantine:
        details[row.reason][row.detail] += 1
    reasons = by_size(row.reason for row in facts.quarantine)
    whole = len(facts.rows) + len(facts.quarantine)
    rows = [
        [
            tag("span", said(reason), tag("small", said(likeliest(details[reason]), SENTENCE))),
            count(number, "reason", reason),
            share(number, whole, "reason-share", reason),
            strip({"aside": number}, ["aside"], reasons[0][1], ["reason", reason]),
        ]
        for reason, number in reasons
    ]
    return table(["reason", "inputs", "of all", ""], rows, caption="Why inputs are no samples")
