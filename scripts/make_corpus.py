"""Make the bundled corpus, or compare it with human solos.

python scripts/make_corpus.py --out midi_data     writes the solos and their manifest
python scripts/make_corpus.py --check midi_data   prints its figures beside those of human solos
"""

from __future__ import annotations

import argparse
from pathlib import Path

from corpus.files import read_corpus, write_corpus
from corpus.rendering import SEED
from corpus.report import table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, metavar="FOLDER", help="write the corpus to FOLDER")
    what.add_argument(
        "--check",
        type=Path,
        metavar="FOLDER",
        nargs="?",
        const=Path("midi_data"),
        help="print the figures of the corpus in FOLDER (default: %(const)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, help="seed of all random choices (default: %(default)s)"
    )
    arguments = parser.parse_args()
    if arguments.check:
        print(table(read_corpus(arguments.check)))
    else:
        manifest = write_corpus(arguments.out, arguments.seed)
        notes = sum(entry["notes"] for entry in manifest["solos"])
        print(f"{arguments.out}: {len(manifest['solos'])} solos, {notes} notes")


if __name__ == "__main__":
    main()
