"""The benchmark's graphs are those of the engine: a batch is trained, and values are played."""

import sys

from commands import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import benchmark


def test_the_inference_graph_of_the_benchmark_plays_until_its_values_are_counted():
    seconds = benchmark.time_playing(benchmark.classic(units=4), solos=2, values=8)()
    assert seconds > 0


def test_the_training_graph_of_the_benchmark_trains():
    assert benchmark.time_training(steps=4, windows=2, units=4)() > 0
