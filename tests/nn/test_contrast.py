"""How strongly short and long notes alternate: more than the expression head says by itself."""

from itertools import pairwise

import numpy as np

import jazzgen
from jazzgen.encoding.expression import gate_classes


def alternation(contrast):
    """The correlation of the gate classes of successive notes, over several solos."""
    found = []
    chart = jazzgen.chart("blues").repeat(3)
    for solo in jazzgen.load().takes(chart, range(6), draws=1, contrast=contrast):
        gates = gate_classes(solo)
        both = [(one, other) for one, other in pairwise(gates.tolist()) if one and other]
        found.append(np.corrcoef(np.array(both).T)[0, 1])
    return np.mean(found)


def test_short_and_long_notes_alternate_the_more_the_stronger_the_contrast():
    assert alternation(1) < alternation(0) - 0.2
