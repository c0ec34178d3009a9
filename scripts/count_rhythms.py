#!/usr/bin/env python3
"""Print the rhythms of a quarter note that several solos share (see `encoding.beat_rhythms`).

python scripts/count_rhythms.py train.jsonl [--solos 3]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from jazzgen.datasets.corpus import load_corpus
from jazzgen.encoding.beat_rhythms import rhythms_of, word_of
from jazzgen.errors import InputError
from jazzgen.music.solo import Solo

__all__ = ["main", "shared_rhythms"]


def shared_rhythms(solos: Iterable[Solo], least: int) -> list[int]:
    """Return the rhythms that at least so many solos have, those of few notes first.

    Args:
        solos: The solos.
        least: The number of solos.
    """
    having = Counter(rhythm for solo in solos for rhythm in set(rhythms_of(solo).tolist()))
    shared = [rhythm for rhythm, count in having.items() if count >= least]
    return sorted(shared, key=lambda rhythm: (rhythm.bit_count(), word_of(rhythm)))


def main() -> int:
    """Count and print; return the exit code."""
    parser = argparse.ArgumentParser(description="Print the rhythms of a quarter that solos share.")
    parser.add_argument("solos", type=Path, metavar="FILE", help="a dataset of training solos")
    parser.add_argument("--solos", type=int, default=3, dest="least", help="at least so many")
    options = parser.parse_args()
    try:
        solos = load_corpus(options.solos).solos
    except InputError as error:
        print(f"count_rhythms: {error}", file=sys.stderr)
        return 2
    print(*map(word_of, shared_rhythms(solos, options.least)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
