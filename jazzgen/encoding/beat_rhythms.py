"""The rhythms of a quarter note that players play: which of its ticks notes begin on.

A quarter is divided evenly, in two to twelve, and whoever writes music down takes the coarsest
division that fits. So a lone note does not stand on the second sixteenth or on the last triplet,
and triplets do not stand beside sixteenths. A model that draws one duration after another does not
look ahead to the end of the quarter, and writes such rhythms now and then.

A rhythm is a set of ticks as bits, the first tick of the quarter in bit 0.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["BEGUN", "RHYTHMS", "begun", "rhythm_of", "rhythms_of", "word_of"]

DIGITS = "0123456789abcdefghijklmn"

WORDS = """
0 c i k l 06 08 0c 0g 0i 0j 0k 0l 0m 3l 4k 5j 6c 6i 6l 8g 8k 9l aj al am ci ck cl ej el fl
gk hl hm il jl jm 03l 048 04k 05j 06c 06i 06l 08g 08k 09l 0aj 0al 0ci 0ck 0cl 0ej 0fl 0gk
0il 2jm 39l 3cl 3fl 3hl 3il 48c 48k 4ck 4gk 5ej 69l 6ci 6cl 6fl 6il 7el 7em 8cg 8ck 8gk 9fl
9il aej ahl cgk cil ehl fil hjm ikm 03il 048c 048g 048k 04ck 04gk 05ae 05aj 05ej 06ci 06cl
06fl 06il 07el 08cg 08ck 08gk 09fl 09il 0aej 0ahl 0cgk 0cil 0fil 2aem 2hjm 369c 36cl 39cl
39fl 39il 3ahl 3cfl 3cil 3fil 48cg 48ck 48gk 4cgk 5aej 69fl 69il 6cil 6fil 8cgk 9cil 9fil
aehl cfil ehjm 0369c 039fl 039il 03ahl 048cg 048ck 048gk 04cgk 05aej 069fl 069il 06cfl 06cil
06fil 07ahl 07ehl 08cgk 09cil 09fil 0aehl 0cfil 27chm 2aejm 369cf 36cil 37ehl 39cil 39fil
3aehl 3cfil 48cgk 69cfl 69cil 69fil 6cfil 7aehl 9cfil achjm aehjm bdgjl egikm 0369cf 0369ci
036cil 039cil 039fil 03aehl 048cgk 05chjm 069cfl 069cil 069fil 06cfil 07aehl 09cfil 369cfi
369cfl 369cil 369fil 36cfil 37aehl 39cfil 69cfil 7cehjm 8bdgjl acehjm 0257ace 0369cfi
0369cfl 0369cil 0369fil 036cfil 037aehl 039cfil 069cfil 2acehjm 369cfil 38bdgjl 58bdgjl
7acehjm 0369cfil 038bdgjl 058bdgjl 257acehm 257aehjm 358bdgjl 0257acehj 0257acehm 0257acejm
0257cehjm 027acehjm 0358bdgjl 057acehjm 257acehjm 0257acehjm 02479bdfhkm 02468acegikm
"""
"""The rhythms that at least three solos of the Weimar Jazz Database have, but for those that no
model has seen (`scripts/count_rhythms.py`). Each word names the ticks, 0 to 9 and from a to n: "6i"
is the second sixteenth and the fourth, "08g" a triplet. Of 1,000 quarters in which notes begin, 992
have one of these rhythms."""


def rhythm_of(word: str) -> int:
    """Return a rhythm by its word (see `WORDS`)."""
    return sum(1 << DIGITS.index(digit) for digit in word)


def word_of(rhythm: int) -> str:
    """Return the word of a rhythm (see `WORDS`)."""
    return "".join(digit for tick, digit in enumerate(DIGITS) if rhythm >> tick & 1)


def begun(rhythms: Iterable[int]) -> frozenset[int]:
    """Return the beginnings of rhythms: each without some of its last ticks, and in full.

    Args:
        rhythms: The rhythms.
    """
    found = set()
    for rhythm in rhythms:
        while rhythm and rhythm not in found:
            found.add(rhythm)
            rhythm &= ~(1 << rhythm.bit_length() - 1)
    return frozenset(found)


RHYTHMS = frozenset(map(rhythm_of, WORDS.split()))
"""The rhythms of `WORDS`."""
BEGUN = begun(RHYTHMS)
"""Their beginnings."""


def rhythms_of(solo: Solo) -> NDArray[np.int64]:
    """Return the rhythm of each quarter in which a note begins; quarters are counted by bars.

    Args:
        solo: The solo.

    Returns:
        Shape (N,).
    """
    bars = np.array(solo.chart.bar_starts)
    onsets = np.array([note.onset for note in solo.notes], np.int64)
    bar = np.searchsorted(bars, onsets, side="right") - 1
    quarter, tick = np.divmod(onsets - bars[bar], TICKS_PER_QUARTER)
    _, index = np.unique(np.stack([bar, quarter]), axis=1, return_inverse=True)
    rhythms = np.zeros(index.max(initial=-1) + 1, np.int64)
    np.bitwise_or.at(rhythms, index, 1 << tick)
    return rhythms
