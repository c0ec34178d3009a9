"""Several draws for a take, of which the judge keeps one."""

from dataclasses import replace

import numpy as np
import pytest
from small_judge import small_judge
from small_models import BLUES, improviser, outspoken, scale_solo

from jazzgen.config.sampling import DRAWS
from jazzgen.errors import ModelError
from jazzgen.improviser import Improviser
from jazzgen.nn.draws import Choice, choose_draws, draw_seeds
from jazzgen.nn.folder import read_model_folder, write_model_folder
from jazzgen.nn.keras_engine.store import files_of, load_model
from jazzgen.nn.numpy_engine.engine import LightEngine


@pytest.fixture(scope="module")
def files():
    """A model with a judge."""
    plain = files_of(outspoken(improviser(), rests=2))
    return replace(plain, assets=replace(plain.assets, judge=small_judge()))


@pytest.fixture(scope="module")
def soloist(files):
    return Improviser(LightEngine(files), "judged")


def test_the_first_draw_has_the_seed_of_the_take_and_all_depend_on_it_alone():
    assert draw_seeds(7, 1) == [7]
    assert draw_seeds(7, 4)[0] == 7
    assert draw_seeds(7, 8)[:4] == draw_seeds(7, 4)
    many = [one for seed in range(200) for one in draw_seeds(seed, 8)]
    assert len(set(many)) == len(many)


def test_the_judge_chooses_one_draw_of_each_take_by_its_seed():
    judge, solos = small_judge(), [scale_solo(seed) for seed in range(6)]
    scores = [judge.score(solo) for solo in solos]
    for choice, own in zip(
        choose_draws(judge, solos, [8, 9], 3), (scores[:3], scores[3:]), strict=True
    ):
        assert choice.score == own[choice.draw]
    assert len({choose_draws(judge, solos[:3], [seed], 3)[0].draw for seed in range(50)}) > 1
    assert choose_draws(None, solos, range(6), 1) == [Choice(0, None)] * 6
    with pytest.raises(ModelError, match="no judge"):
        choose_draws(None, solos, [8, 9], 3)


def test_a_take_is_one_of_its_draws(soloist):
    drawn = soloist.takes(BLUES, draw_seeds(5, 6), draws=1)
    [choice] = choose_draws(soloist.judge, drawn, [5], 6)
    assert soloist.improvise(BLUES, 5, draws=6) == drawn[choice.draw]
    assert len({soloist.judge.score(solo) for solo in drawn}) == 6


def test_better_draws_are_kept_more_often(soloist):
    takes = [soloist.takes(BLUES, draw_seeds(seed, 4), draws=1) for seed in range(12)]
    scores = np.array([[soloist.judge.score(solo) for solo in drawn] for drawn in takes])
    kept = [soloist.judge.score(soloist.improvise(BLUES, seed, draws=4)) for seed in range(12)]
    assert np.mean(kept) > scores.mean()


def test_a_take_depends_on_its_own_seed_alone(soloist):
    together = soloist.takes(BLUES, [3, 4, 5], draws=5)
    assert together == [soloist.improvise(BLUES, seed, draws=5) for seed in (3, 4, 5)]
    assert any(
        solo != soloist.improvise(BLUES, seed, draws=1)
        for solo, seed in zip(together, (3, 4, 5), strict=True)
    )


def test_one_draw_is_what_a_model_without_a_judge_plays(soloist, files):
    without = replace(files, assets=replace(files.assets, judge=None))
    plain = Improviser(LightEngine(without), "plain")
    assert soloist.takes(BLUES, range(3), draws=1) == plain.takes(BLUES, range(3))
    assert soloist.takes(BLUES, range(3)) == soloist.takes(BLUES, range(3), draws=DRAWS)
    with pytest.raises(ModelError, match="no judge"):
        plain.takes(BLUES, [1], draws=2)


def test_both_engines_keep_the_same(files, soloist, tmp_path):
    write_model_folder(tmp_path / "model", files, {"figures": {}}, "# card\n")
    layers = load_model(tmp_path / "model")
    assert Improviser(layers).takes(BLUES, [1, 2], draws=4) == soloist.takes(BLUES, [1, 2], draws=4)
    # What is saved again has the judge still.
    assert files_of(layers).assets.judge.score(scale_solo()) == soloist.judge.score(scale_solo())


def test_a_judge_is_part_of_its_model_s_folder(files, tmp_path):
    folder = write_model_folder(tmp_path / "model", files, {"figures": {}}, "# card\n")
    found = read_model_folder(folder).assets.judge
    assert found.score(scale_solo(2)) == files.assets.judge.score(scale_solo(2))
    path = folder / "judge.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"judge.safetensors: damaged: its SHA-256"):
        read_model_folder(folder)
