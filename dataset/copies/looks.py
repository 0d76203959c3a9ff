"""What is remembered of a picture, so that its copies are known when it is gone: hashes as text.

No thumbnail is kept, for an image may have gone because somebody asked. So nothing can be compared
but hashes, and fewer bits may differ than where thumbnails have the last word.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from dataset.copies.alike import plain
from dataset.copies.hashes import WINDOWS, Hashes, dhashes, frequencies, phash, phashes
from dataset.copies.search import close
from dataset.copies.thumbnail import VIEWS, Thumbnails

RADIUS = 4  # bits by which hashes of copies differ at most
DIGITS = 16  # of a hash in text
HASHES = 2 * VIEWS + len(WINDOWS) - 1  # in a text: pHash and dHash of each view, pHash of crops


def looks(thumbs: Thumbnails, small: NDArray[np.bool_]) -> list[str]:
    """What to remember of each picture: (N, VIEWS, S, S), (N,) -> N texts.

    Empty for pictures too small or too plain to be known again by hashes alone.
    """
    blocks = [frequencies(thumbs[:, view]) for view in range(VIEWS)]
    columns = [
        *(phash(block[:, 0]) for block in blocks),
        *(dhashes(thumbs[:, view])[0] for view in range(VIEWS)),
        *phash(blocks[0][:, 1:]).T,
    ]
    silent = small | plain(thumbs).any(axis=1)
    rows = np.stack(columns, axis=1).tolist()
    return [
        "" if hidden else "".join(f"{word:016x}" for word in row)
        for row, hidden in zip(rows, silent.tolist(), strict=True)
    ]


def recalled(
    thumbs: Thumbnails, small: NDArray[np.bool_], texts: Sequence[str]
) -> list[tuple[int, int]]:
    """Pairs of a picture and a text that remembers one of which it is a copy, sorted.

    (N, VIEWS, S, S), (N,) and M texts -> pairs of positions below N and below M.
    """
    known = np.flatnonzero([len(text) == HASHES * DIGITS for text in texts])
    asked = np.flatnonzero(~(small | plain(thumbs).any(axis=1)))
    if not len(known) or not len(asked):
        return []
    words = _words([texts[place] for place in known.tolist()])
    found: set[tuple[int, int]] = set()
    for queries, targets in _searches(thumbs[asked], words):
        for query, target in close(queries.ravel(), targets, RADIUS):
            ones, others = asked[query % len(asked)], known[target]
            found.update(zip(ones.tolist(), others.tolist(), strict=True))
    return sorted(found)


def _words(texts: Sequence[str]) -> Hashes:
    """Texts as hashes: (M, HASHES)."""
    return np.array(
        [
            [int(text[start : start + DIGITS], 16) for start in range(0, len(text), DIGITS)]
            for text in texts
        ],
        np.uint64,
    )


def _searches(thumbs: Thumbnails, words: Hashes) -> list[tuple[Hashes, Hashes]]:
    """Which hashes are looked for among which: (8, n) in all orientations, and (M,)."""
    columns = words.T
    appearances = [*columns[:VIEWS], *columns[2 * VIEWS :]]
    views = [thumbs[:, view] for view in range(VIEWS)]
    frequent = [phashes(frequencies(view)[:, 0]) for view in views]
    gradients = [dhashes(view) for view in views]
    return [*product(frequent, appearances), *product(gradients, columns[VIEWS : 2 * VIEWS])]
