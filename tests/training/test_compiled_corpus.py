"""The compiled corpus equals what would be made in memory, and when it is kept."""

from dataclasses import replace

import numpy as np
import pytest
from same import assert_same
from small_models import scale_solo

from jazzgen.config import ModelConfig
from jazzgen.datasets.corpus import corpus_hash
from jazzgen.datasets.dataset import Dataset, write_dataset
from jazzgen.encoding.examples import make_example
from jazzgen.encoding.expression import touch_classes
from jazzgen.encoding.lick_counts import collect_licks
from jazzgen.encoding.sequence import value_sequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import DatasetError
from jazzgen.nn.assets import Assets, Profile
from jazzgen.training.compiled_corpus import FOLDER, compile_corpus, drop_compiled

IMPROVISER, CLASSIC = ModelConfig(), ModelConfig.for_preset("classic", values=20)
PLAYERS = ("B", "A", "A", "", "B")


def solos(count=5):
    """Solos over three tunes, by two named players and an unnamed one."""
    return [
        replace(
            scale_solo(n, title=f"Tune {n % 3}"),
            performer=PLAYERS[n % 5],
            source=f"{n}",
            instrument="trumpet" if n % 2 else "",
            style="cool" if n % 2 else "bebop",
        )
        for n in range(count)
    ]


KNOWN = {"performer": ("A", "B"), "style": ("bebop", "cool")}
"""What a model learns of these solos: one instrument and one feel tell nothing."""


def profile_of(solo):
    pitches = [note.pitch for note in solo.notes]
    touch = touch_classes(solo)
    told = (solo.performer, solo.instrument, solo.style)
    return Profile(*told, min(pitches), max(pitches), touch)


def test_an_improviser_s_material_is_what_memory_would_hold(tmp_path):
    found = compile_corpus(tmp_path, IMPROVISER, solos(), solos(2))
    learnt = [value_sequence(solo) for solo in solos()]
    ngrams, told = collect_licks([one.pitch for one in learnt], [one.tune for one in learnt])
    assert found.sha256 == corpus_hash(solos())
    assets = found.assets
    assert (assets.performers, assets.performer_counts) == (("A", "B"), (2, 2))
    assert (assets.instruments, assets.styles, assets.feels) == ((), ("bebop", "cool"), ())
    assert assets.profiles == tuple(sorted(profile_of(solo) for solo in solos()))
    np.testing.assert_array_equal(assets.licks.count, ngrams.count)
    assert len(ngrams)
    for number, licks in told:
        example = make_example(learnt[number], None, KNOWN, licks)
        assert_same(found.training[number], example)
        assert_same(found.solos[number], learnt[number])
    for number, one in enumerate(learnt[:2]):
        example = make_example(one, None, KNOWN, ngrams.expect(one.pitch))
        assert_same(found.validation[number], example)
        assert_same(found.held_out[number], one)


def test_a_classic_model_s_material_is_what_memory_would_hold(tmp_path):
    found = compile_corpus(tmp_path, CLASSIC, solos(), [])
    learnt = [value_sequence(solo) for solo in solos()]
    vocabulary = JointVocabulary.fit(learnt, 20)
    assert found.assets.vocabulary == vocabulary
    for example, one in zip(found.training, learnt, strict=True):
        assert_same(example, make_example(one, vocabulary))
    assert list(found.validation) == []
    assert (found.assets.performers, len(found.assets.licks)) == ((), 0)


def test_one_player_alone_is_nobody(tmp_path):
    alone = [replace(solo, performer="A") for solo in solos()]
    assert compile_corpus(tmp_path, IMPROVISER, alone, []).assets.performers == ()


@pytest.fixture
def compiled(tmp_path):
    """The folder of a run, and the time at which its corpus was compiled."""
    compile_corpus(tmp_path, IMPROVISER, solos(), solos(1))
    return tmp_path, (tmp_path / FOLDER).stat().st_ino


def test_what_was_compiled_is_taken_again(compiled):
    folder, which = compiled
    found = compile_corpus(folder, IMPROVISER, solos(), solos(1), reuse=True)
    assert (folder / FOLDER).stat().st_ino == which
    assert_same(
        found.training[3], compile_corpus(folder, IMPROVISER, solos(), solos(1)).training[3]
    )
    assert (folder / FOLDER).stat().st_ino != which, "not to be taken again unless asked for"


@pytest.mark.parametrize(
    ("model", "learnt", "held_out"),
    [
        (CLASSIC, solos(), solos(1)),
        (IMPROVISER, solos(4), solos(1)),
        (IMPROVISER, solos()[::-1], solos(1)),
        (IMPROVISER, solos(), solos(2)),
    ],
)
def test_of_other_solos_or_another_preset_it_is_compiled_anew(compiled, model, learnt, held_out):
    folder, which = compiled
    found = compile_corpus(folder, model, learnt, held_out, reuse=True)
    assert (folder / FOLDER).stat().st_ino != which
    assert found.sha256 == corpus_hash(learnt)
    assert len(found.held_out) == len(held_out)


@pytest.mark.parametrize("name", ["facts.json", "licks.npy", "training/steps/counted.npy"])
def test_what_is_damaged_is_compiled_anew(compiled, name):
    folder, which = compiled
    file = folder / FOLDER / name
    file.write_bytes(file.read_bytes()[:-3])
    compile_corpus(folder, IMPROVISER, solos(), solos(1), reuse=True)
    assert (folder / FOLDER).stat().st_ino != which


def test_a_solo_that_cannot_be_read_leaves_nothing_behind(tmp_path):
    path = write_dataset(tmp_path / "d.jsonl", solos())
    lines = path.read_text().splitlines()
    lines[4] = lines[4].replace('"notes":[[', '"notes":[[-1,1,60,80],[', 1)
    path.write_text("\n".join(lines))
    with pytest.raises(DatasetError, match=r"d\.jsonl: line 5: .*note 1 is out of range"):
        compile_corpus(tmp_path / "run", IMPROVISER, Dataset(path), [])
    assert list((tmp_path / "run").iterdir()) == []


@pytest.mark.parametrize("model", [IMPROVISER, CLASSIC])
def test_it_says_how_far_it_is(tmp_path, model):
    said = []
    compile_corpus(tmp_path, model, solos(), solos(2), on_solo=lambda *done: said.append(done))
    assert said == [(done, 14) for done in range(1, 15)]


def test_who_is_told_may_end_it(tmp_path):
    def stop(done, _):
        if done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compile_corpus(tmp_path, IMPROVISER, solos(), solos(2), on_solo=stop)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_behind_is_removed(tmp_path):
    (tmp_path / f".{FOLDER}.01234567.part" / "learnt").mkdir(parents=True)
    compile_corpus(tmp_path, CLASSIC, solos(), [])
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]


def test_only_what_was_compiled_is_dropped(tmp_path):
    compile_corpus(tmp_path, CLASSIC, solos(), [])
    (tmp_path / "log.csv").write_text("")
    drop_compiled(tmp_path)
    drop_compiled(tmp_path / "never")
    assert [path.name for path in tmp_path.rglob("*")] == ["log.csv"]


def test_what_can_be_no_name_is_in_no_profile(tmp_path):
    """A model folder with such a name could not be read."""
    odd = [
        replace(solo, performer="A\x1b[2J", instrument="t" * 300, style=" ") for solo in solos(2)
    ]
    silent = replace(scale_solo(7, title="Silence"), notes=(), performer="A")
    found = compile_corpus(tmp_path, IMPROVISER, [*solos(), *odd, silent], [])
    profiles = found.assets.profiles
    assert len(profiles) == 7, "a solo without notes has none"
    assert {profile.performer for profile in profiles} == {"", "A", "B"}
    assert {profile.instrument for profile in profiles} == {"", "trumpet"}
    assert {profile.style for profile in profiles} == {"", "bebop", "cool"}
    again = Assets.from_json(found.assets.to_json(), found.assets.licks)
    assert again == found.assets
