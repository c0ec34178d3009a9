"""A model that learns of further performers plays as before like those that it knows."""

from dataclasses import replace

import numpy as np
import pytest
from small_models import improviser, outspoken, sequences

from jazzgen.nn.keras_engine.engine import KerasEngine
from jazzgen.nn.keras_engine.store import files_of, layers_of
from jazzgen.nn.new_performers import add_performers
from jazzgen.nn.numpy_engine.engine import LightEngine


def costs_of(files, performers, graph=False):
    """Bits per note of a solo by each performer, in the light engine and, if asked, on Keras."""
    names = files.assets.performers
    conditions = [
        (names.index(name) + 1 if name else 0, 2, 1, 2, 0, 0, 0, 0) for name in performers
    ]
    solos = sequences(1) * len(conditions)
    engines = [LightEngine(files), *([KerasEngine(layers_of(files))] if graph else [])]
    found = [engine.bits_per_note(solos, conditions) for engine in engines]
    return dict(zip(performers, zip(*found, strict=True), strict=True))


@pytest.mark.parametrize(
    "changes",
    [{}, {"edition": 1}, {"members": 2}, {"encoder": 0}],
    ids=["edition 2", "edition 1", "two members", "no encoder"],
)
def test_known_performers_stay_as_they_were(changes):
    files = files_of(outspoken(improviser(performers=("Ben", "Cleo"), **changes)))
    wider = add_performers(files, {"Dora": 4, "Ann": 3})
    assert wider.assets.performers == ("Ann", "Ben", "Cleo", "Dora")
    graph = "encoder" in changes
    costs = costs_of(wider, [*wider.assets.performers, ""], graph)
    for name, own in costs_of(files, ["Ben", "Cleo", ""], graph).items():
        assert costs[name] == pytest.approx(own, abs=1e-6)
    assert costs["Ann"] == costs["Dora"]
    assert abs(costs["Ben"][0] - costs["Cleo"][0]) > 1e-3, "performers make no difference"
    assert abs(costs["Ann"][0] - costs["Ben"][0]) > 1e-4


def test_a_new_performer_begins_as_the_mean_of_the_known_ones():
    files = files_of(improviser(performers=("Ben", "Cleo")))
    kernel = files.tensors["embed_0/kernel"]
    wider = add_performers(files, {"Ann": 3}).tensors["embed_0/kernel"]
    first = next(row for row in range(len(kernel)) if not np.array_equal(kernel[row], wider[row]))
    np.testing.assert_allclose(wider[first], kernel[first : first + 2].mean(axis=0), rtol=1e-6)
    np.testing.assert_array_equal(np.delete(wider, first, axis=0), kernel)


def test_the_numbers_of_solos_go_along():
    files = files_of(improviser(performers=("Ben", "Cleo")))
    assert add_performers(files, {"Ann": 3}).assets.performer_counts == ()
    counted = replace(files, assets=replace(files.assets, performer_counts=(5, 6)))
    assets = add_performers(counted, {"Ann": 3, "Cleo": 2}).assets
    assert dict(zip(assets.performers, assets.performer_counts, strict=True)) == {
        "Ann": 3, "Ben": 5, "Cleo": 8,
    }  # fmt: skip


def test_the_first_performer_of_all_begins_as_nobody_in_particular():
    files = files_of(outspoken(improviser()))
    wider = add_performers(files, {"Ann": 3})
    [one], [other] = (
        costs_of(model, [name]).values() for model, name in ((wider, "Ann"), (files, ""))
    )
    assert one == pytest.approx(other, abs=1e-6)
