"""Train the drummer of the band on the Groove MIDI Dataset.

    python scripts/train_drummer.py GROOVE models/band/drums.safetensors

GROOVE is the folder with `info.csv` (https://magenta.tensorflow.org/datasets/groove, CC BY 4.0).
The dataset's own train and validation parts are used; the file always holds the best epoch so far,
by the validation part. It takes ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from jazzgen.band.drummer_file import write_drummer
from jazzgen.config.drummer import DrummerConfig
from jazzgen.datasets.groove import read_groove
from jazzgen.training.drum_bars import drum_bars, style_names
from jazzgen.training.drum_habits import drum_habits
from jazzgen.training.drum_ngrams import ngram_bits
from jazzgen.training.drummer import DrummerFigures, Tensors, drummer_bits, train_drummer


def main() -> None:
    """Train and write the drummer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("groove", type=Path, help="the folder of the dataset")
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--units", type=int, default=DrummerConfig.units)
    parser.add_argument("--epochs", type=int, default=DrummerConfig.epochs)
    parser.add_argument("--seed", type=int, default=DrummerConfig.seed)
    options = parser.parse_args()
    config = DrummerConfig(units=options.units, epochs=options.epochs, seed=options.seed)
    performances = list(read_groove(options.groove))
    styles = style_names([one for one in performances if one.split == "train"])
    bars = drum_bars(performances, styles)
    parts = {
        split: [own for own, one in zip(bars, performances, strict=True) if one.split == split]
        for split in ("train", "validation", "test")
    }
    baseline = {split: ngram_bits(parts["train"], parts[split]) for split in ("validation", "test")}
    print(json.dumps({"ngram": {name: one._asdict() for name, one in baseline.items()}}))
    grooves = [
        own
        for own, one in zip(bars, performances, strict=True)
        if one.split == "train" and not one.is_fill
    ]
    habits = drum_habits(grooves, styles)
    begun = time.monotonic()

    def said(figures: DrummerFigures, best: Tensors | None) -> None:
        bits = figures.held_out
        print(
            f"epoch {figures.epoch}: {bits.total:.3f} bits per stroke ({bits.value:.3f} what and "
            f"where, {bits.velocity:.3f} velocity, {bits.late:.3f} timing), "
            f"{time.monotonic() - begun:.0f} s{' *' if best else ''}",
            flush=True,
        )
        if best:
            write_drummer(options.out, best, habits, {"bits_per_stroke": round(bits.total, 4)})

    tensors, _ = train_drummer(parts["train"], parts["validation"], styles, config, said)
    print(json.dumps({"test": drummer_bits(tensors, parts["test"], styles)._asdict()}))


if __name__ == "__main__":
    main()
