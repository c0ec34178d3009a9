"""Train the planner of a model: it plans energy, density, register, loudness and silence.

    python scripts/train_plan.py models/improviser train.jsonl --valid valid.jsonl

The planner is written into the model's folder. It takes a minute or two for four hundred solos.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from jazzgen.config import PlannerConfig
from jazzgen.datasets.corpus import load_corpus
from jazzgen.nn.folder import read_facts, read_model_folder, write_model_folder
from jazzgen.nn.planner import Planner
from jazzgen.training.planner import PlannerFigures, train_planner


def main() -> None:
    """Train and write the planner."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="the model's folder")
    parser.add_argument("solos", help="the training solos")
    parser.add_argument("--valid", help="the validation solos")
    parser.add_argument("--units", type=int, default=PlannerConfig.units)
    parser.add_argument("--epochs", type=int, default=PlannerConfig.epochs)
    parser.add_argument("--seed", type=int, default=PlannerConfig.seed)
    options = parser.parse_args()
    config = PlannerConfig(units=options.units, epochs=options.epochs, seed=options.seed)
    files = read_model_folder(options.model)
    held_out = load_corpus(options.valid).solos if options.valid else []

    def said(figures: PlannerFigures) -> None:
        print(f"epoch {figures.epoch}: {figures.held_out:.4f} bits per value", flush=True)

    tensors, bits = train_planner(
        load_corpus(options.solos).solos, held_out, files.assets.styles, config, said
    )
    half = {name: tensor.astype(np.float16) for name, tensor in tensors.items()}
    assets = replace(files.assets, planner=Planner(half, len(files.assets.styles)))
    facts, card = read_facts(options.model)
    facts["training"] = {**facts.get("training", {}), "planner": asdict(config)}
    facts["figures"] = {**facts.get("figures", {}), "planner_bits_per_value": round(bits, 4)}
    write_model_folder(options.model, replace(files, assets=assets), facts, card)
    print(f"{options.model}: {bits:.3f} bits per value of a plan")


if __name__ == "__main__":
    main()
