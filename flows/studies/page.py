"""study.html: the question, what was seen, and what the course's sentences are worth."""

import base64
from collections.abc import Iterator

from dataset.reporting.html import Html, join, picture, table, tag
from dataset.reporting.html import page as html_page
from flows.studies.results import Results, means
from flows.studies.study import Study, found, verdict

STYLE = "td, th { vertical-align: top; } figure img { max-width: 100%; }"


def page(study: Study, results: Results, dataset: str) -> str:
    """One page that holds all it shows."""
    seeds = len(results.each("seed"))
    return html_page(
        f"Study: {study.name}",
        STYLE,
        tag("h1", study.question),
        tag("p", study.explanation),
        tag("p", tag("code", study.formula)),
        tag("h2", "What the course says, and what was seen"),
        _claims(study, results),
        tag("h2", "Pictures"),
        join(*_pictures(study, results)),
        tag("h2", f"Mean and standard deviation over the seeds: {seeds}"),
        _means(study, results),
        tag("p", f"{len(results.rows):,} runs, in results.csv; snapshot ", tag("code", dataset)),
    )


def _claims(study: Study, results: Results) -> Html:
    rows = []
    for claim in study.claims:
        cases = claim.cases(results)
        rows.append(
            [claim.text, tag("code", claim.formula), claim.rule, verdict(cases), found(cases)]
        )
    return table(["claim", "formula", "seen when", "verdict", "found"], rows, words=5)


def _pictures(study: Study, results: Results) -> Iterator[Html]:
    for title, svg in study.pictures(results).items():
        data = base64.b64encode(svg.encode()).decode()
        shown = picture(f"data:image/svg+xml;base64,{data}", title)
        yield tag("figure", tag("figcaption", tag("b", title)), shown)


def _means(study: Study, results: Results) -> Html:
    settings = [name for name in study.settings if name != "seed"]
    rows = [
        [*map(str, key), *map(str, measured)]
        for key, measured in means(results.rows, settings, study.tabled)
    ]
    return table([*settings, *study.tabled], rows, words=len(settings))
