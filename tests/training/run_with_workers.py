"""Trains a small model in one process or in several, as `test_jax_workers` asks.

    run_with_workers.py together|alone FOLDER

`together` is for two processes, of which the second kills itself in the second epoch. `alone`
resumes that run in one process, and then does the same run from its beginning. What the weights
are after one step, after one epoch and at the end is in FOLDER/together.npz, resumed.npz and
alone.npz, as far as a run has come.
"""

import os
import signal
import sys
from pathlib import Path

import numpy as np
from small_models import ninety_values, sequences

from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.encoding.examples import make_example
from jazzgen.errors import WorkerError
from jazzgen.nn.assets import Assets
from jazzgen.training.jax_workers import join
from jazzgen.training.trainer import Trainer


def trainer(folder, workers=None):
    """Two epochs in batches of five windows, which two processes cannot halve."""
    vocabulary = ninety_values()
    solos = [make_example(sequence, vocabulary) for sequence in sequences(6)]
    return Trainer(
        ModelConfig.for_preset("classic", units=8, layers=2),
        TrainingConfig(window=16, batch_size=5, epochs=2, dropout=0.3),
        solos[2:],
        solos[:2],
        Assets(vocabulary=vocabulary),
        folder,
        workers=workers,
    )


def train(run, file, until_killed=False):
    """Train, and write the weights at some moments to a file."""
    found, workers = {}, run.workers

    def keep(moment):
        found.update({f"{moment}/{name}": one for name, one in run.layers.get_weights().items()})

    def on_step(now):
        if (now.epoch, now.step) == (1, 1):
            keep("step")
        if until_killed and workers.number == 1 and (now.epoch, now.step) == (2, 2):
            os.kill(os.getpid(), signal.SIGKILL)

    def on_epoch(now):
        if now.epoch == 1:
            keep("epoch")
            found["bits"] = np.array(now.bits_per_note)

    try:
        with workers.watched():
            run.run(on_step, on_epoch)
        keep("end")
    finally:
        np.savez(file, **found)


def main(mode, folder):
    workers = join()
    run = trainer(folder / "run", workers)
    if mode == "together":
        try:
            train(run, folder / "together.npz", until_killed=True)
        except WorkerError as error:
            sys.stderr.write(f"{error}\n")
            sys.stderr.flush()
            os._exit(2)
    assert run.resume()
    train(run, folder / "resumed.npz")
    train(trainer(None), folder / "alone.npz")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
