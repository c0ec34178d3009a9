from functools import partial

import numpy as np
import pytest
from small_models import BLUES, scale_solo

from jazzgen.config import ModelConfig, PlannerConfig, TrainingConfig
from jazzgen.encoding.chart_table import chart_table
from jazzgen.errors import DatasetError, ModelError
from jazzgen.improviser import load
from jazzgen.nn.folder import read_model_folder
from jazzgen.nn.planner import Planner, Surroundings
from jazzgen.nn.soloists import Soloist
from jazzgen.training.planner import train_planner
from jazzgen.training.run import FEWEST_PLANS, TrainingJob, train
from jazzgen.training.trainer import Trainer

SOLOS = [scale_solo(seed, title=f"Tune {seed}") for seed in range(FEWEST_PLANS)]
QUICK = PlannerConfig(units=8, epochs=3)


def test_a_planner_learns_from_solos_and_is_the_same_each_time():
    told = []
    tensors, bits = train_planner(SOLOS[:5], [], (), QUICK, told.append)
    assert [figures.epoch for figures in told] == [1, 2, 3]
    assert told[-1].held_out < told[0].held_out
    assert bits == min(figures.held_out for figures in told)
    again, _ = train_planner(SOLOS[:5], [], (), QUICK)
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(tensor, again[name], err_msg=name)
    around = Surroundings.of(chart_table(BLUES), 0, 65.0)
    assert (Planner(tensors, 0).draw(around, 1) >= 0).all()


def test_without_notes_there_is_nothing_to_plan_from():
    with pytest.raises(DatasetError, match="no solo has notes"):
        train_planner([scale_solo().with_notes([])], [], (), QUICK)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small model with a planner from just enough solos; what it plays itself it never learnt."""
    job = TrainingJob(
        model=ModelConfig(units=8, layers=1, embedding=16, encoder=0),
        training=TrainingConfig(epochs=1, window=32),
        solos=SOLOS,
        half=True,
    )
    out = tmp_path_factory.mktemp("models") / "planned"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "_train_step", lambda _self, _batch: 0.0)
        patch.setattr(
            "jazzgen.training.run.PlannerConfig", partial(PlannerConfig, units=8, epochs=2)
        )
        train(job, out)
    return out


def test_a_model_is_trained_with_its_planner_and_plays_what_is_drawn(folder):
    improviser = load(folder)
    chart = BLUES.repeat(2)
    soloist = Soloist(energies=(1, 1, 1, 9, 9, 9))
    (plan,) = improviser.plans(chart, [5], [soloist])
    assert plan.energies == soloist.energies
    (own,) = improviser.plans(chart, [5], [Soloist()])
    assert own.energies != plan.energies
    assert improviser.task(chart, [5], None, [soloist]).plans[0] is not None
    assert improviser.play(chart, [5], [soloist])[0].notes


def test_a_planner_that_is_damaged_is_named(folder):
    files = read_model_folder(folder)
    assert files.assets.planner is not None
    content = (folder / "planner.safetensors").read_bytes()
    try:
        (folder / "planner.safetensors").write_bytes(content[:-4])
        with pytest.raises(ModelError, match=r"planner\.safetensors: damaged"):
            load(folder)
    finally:
        (folder / "planner.safetensors").write_bytes(content)


def test_a_few_solos_make_no_planner(tiny_model):
    files = read_model_folder(tiny_model)
    assert files.config.edition == 4
    assert files.assets.planner is None
