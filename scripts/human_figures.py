"""Write the built-in figures of human solos, as jazzgen computes them.

    python scripts/human_figures.py DATASET… [--out FILE]

The figures in jazzgen/evaluation/human.json are those of the Weimar Jazz Database as
`jazzgen prepare` reads it. They contain nothing of the solos themselves.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import jazzgen
from jazzgen.datasets.corpus import load_corpus
from jazzgen.evaluation.human import summarise
from jazzgen.evaluation.metrics import SoloSet
from jazzgen.evaluation.rows import row_values
from jazzgen.runtime.atomic import write_text

OUT = Path(jazzgen.__file__).parent / "evaluation" / "human.json"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "solos", nargs="+", metavar="DATASET", help="a dataset written by `jazzgen prepare`"
    )
    parser.add_argument("--out", default=OUT, help="the file to write (default: %(default)s)")
    given = parser.parse_args(arguments)
    solos = [solo for source in given.solos for solo in load_corpus(source).solos]
    figures = {
        "source": "Weimar Jazz Database, ODbL 1.0",
        "solos": len(solos),
        "notes": sum(len(solo.notes) for solo in solos),
        "rows": summarise(row_values(SoloSet(solos, solos))),
    }
    rows = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(row.to_json())}"
        for name, row in figures.pop("rows").items()
    )
    head = json.dumps(figures)[:-1]
    path = write_text(given.out, f'{head}, "rows": {{\n{rows}\n}}}}\n')
    print(f"{path}: {len(solos)} solos")


if __name__ == "__main__":
    main()
