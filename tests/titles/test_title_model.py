import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save

from jazzgen.errors import ConfigError, ModelError
from jazzgen.rnn.registry import CELLS
from jazzgen.runtime.checksum import BLANK, with_checksum
from jazzgen.titles.model import LONGEST, TitleModel

LINES = ["Naima", "Oleo", "Nefertiti", "Solar", "Four", "Airegin", "Lament", "Isfahan"]


@pytest.fixture(params=CELLS)
def model(request):
    return TitleModel.fresh(LINES, request.param, 12, seed=3)


@pytest.fixture
def stored(tmp_path):
    return TitleModel.fresh(LINES, "gru", 12).save(tmp_path / "titles.safetensors")


@pytest.mark.parametrize("kind", CELLS)
def test_gradients_agree_with_central_differences(kind):
    model = TitleModel.fresh(LINES, kind, 5, seed=3, dtype=np.float64)
    sheet = model.alphabet.encode(LINES[:3])
    _, gradients = model.loss_and_gradients(sheet)
    assert gradients.keys() == model.weights.keys()
    for name, weight in model.weights.items():
        numeric = np.zeros_like(weight)
        for index in np.ndindex(weight.shape):
            kept = weight[index]
            weight[index] = kept + 1e-5
            above = model.loss(sheet)
            weight[index] = kept - 1e-5
            numeric[index] = (above - model.loss(sheet)) / 2e-5
            weight[index] = kept
        error = np.linalg.norm(numeric - gradients[name])
        assert error <= 1e-7 * (np.linalg.norm(numeric) + np.linalg.norm(gradients[name])), name


def test_padding_costs_nothing(model):
    alone = [model.loss(model.alphabet.encode([line])) * (len(line) + 1) for line in LINES]
    together = model.loss(model.alphabet.encode(LINES))
    assert together == pytest.approx(sum(alone) / sum(len(line) + 1 for line in LINES), rel=1e-5)


def test_a_fresh_model_finds_every_character_about_as_likely(model):
    loss = model.loss(model.alphabet.encode(LINES))
    assert loss == pytest.approx(np.log(len(model.alphabet)), rel=0.2)


def test_sampling_follows_what_the_model_says(model):
    """Greedy decoding is the argmax of the step by step distribution."""
    line = model.sample(np.random.default_rng(0), temperature=0, longest=5)
    sheet = model.alphabet.encode([line])
    _, shares, _ = model._forward(sheet)
    said = model.alphabet.decode(shares[0].argmax(-1))
    assert said.startswith(line)
    assert len(line) == 5 or said[len(line)] == "\n"


def test_temperature_makes_bolder(model):
    model.bias[model.alphabet.characters.index("a")] = 3.0

    def share(temperature):
        rng = np.random.default_rng(1)
        text = "".join(model.sample(rng, temperature, 30) for _ in range(60))
        return text.count("a") / max(len(text), 1)

    assert share(0.5) > share(1.0) + 0.05 > share(3.0) + 0.1


def test_a_line_ends_at_the_newline_or_at_the_limit(model):
    newline = model.alphabet.newline
    model.bias[newline] = -50.0
    assert len(model.sample(np.random.default_rng(0), longest=17)) == 17
    assert model.invent(0) == ""  # it never ends
    model.bias[newline] = 50.0
    assert model.sample(np.random.default_rng(0)) == ""


def test_the_same_seed_invents_the_same_and_nothing_that_it_was_taught(model):
    found = [model.invent([seed]) for seed in range(3)]
    assert found == [model.invent([seed]) for seed in range(3)]
    assert len(set(found)) > 1
    assert not {title.casefold() for title in found} & {line.casefold() for line in LINES}
    assert all(len(title) < LONGEST for title in found)


def test_titles_are_put_together_from_known_words():
    lines = ["Blue Monk", "Blue Train", "Song For Lou", "Waltz", "Waltz For Ann"]
    model = TitleModel.fresh(lines, "gru", 4)
    found = {model.invent(seed) for seed in range(50)}
    first, last = {"Blue", "Song", "Waltz"}, {"Monk", "Train", "Lou", "Ann"}
    pairs = {f"{one} {other}" for one in first for other in last}
    threes = {f"{one} For {other}" for one in first for other in last}
    assert found <= (pairs | threes) - set(lines)
    assert len(found & pairs) > 5
    assert found & threes


@pytest.mark.parametrize("strange", [("Blue Monk", "Blue Train"), ("Ωμ Ωμ",)])
def test_words_are_made_up_if_known_ones_give_nothing_new(strange):
    # Two titles have no others of their words and places; and one word cannot be spelt.
    twin = TitleModel.fresh(["Blue Monk", "Blue Train"], "gru", 4)
    model = TitleModel(twin.alphabet, twin.cell, twin.kernel, twin.bias, strange)
    title = model.invent(0)
    assert title not in {"", *strange}


@pytest.mark.parametrize(("temperature", "longest"), [(-1, 5), (float("nan"), 5), (1, 0)])
def test_samples_that_cannot_be(model, temperature, longest):
    with pytest.raises(ConfigError, match="title: expected a temperature of at least 0"):
        model.sample(np.random.default_rng(0), temperature, longest)


def test_what_is_loaded_is_what_was_saved(model, tmp_path):
    model.weights["cell/recurrent_kernel"][...] = np.random.default_rng(0).normal(
        size=model.cell.recurrent_kernel.shape
    )
    model.cell.recurrent_kernel = np.asfortranarray(model.cell.recurrent_kernel)
    found = TitleModel.load(model.save(tmp_path / "titles.safetensors"))
    assert found.weights.keys() == model.weights.keys()
    for name, value in found.weights.items():
        np.testing.assert_array_equal(value, model.weights[name])
    assert (found.alphabet, found.known) == (model.alphabet, model.known)
    assert type(found.cell) is type(model.cell)
    assert found.invent(5) == model.invent(5)


def test_the_same_model_gives_the_same_bytes(model, tmp_path):
    assert len({model.save(tmp_path / f"{n}.safetensors").read_bytes() for n in range(8)}) == 1


def forge(path, about=None, **changes):
    """Write the file again with other metadata or weights."""
    known = json.loads(_about(path)) | {"sha256": BLANK}
    said = about if isinstance(about, str) else json.dumps(known | (about or {}))
    weights = load_file(path) | changes
    kept = {name: value for name, value in weights.items() if value is not None}
    content = save(kept, {"about": said})
    path.write_bytes(with_checksum(content) if BLANK in said else content)


@pytest.mark.parametrize(
    ("about", "changes", "reason"),
    [
        ({"version": 1}, {}, "expected a title model of version 2"),
        ({"format": "other"}, {}, "expected a title model of version 2"),
        ({"sha257": ""}, {}, "unknown beside the weights: 'sha257'"),
        ({"sha256": None}, {}, "damaged"),
        ({"sha256": "0" * 63}, {}, "damaged"),
        ("[", {}, "expected a JSON object"),
        ("[" * 100_000, {}, "expected a JSON object"),
        ("[]", {}, "expected a JSON object"),
        ({"cell": "tlstm"}, {}, "expected one of rnn, lstm, gru, got 'tlstm'"),
        ({"cell": "lstm"}, {}, "LSTMCell: kernel: expected shape"),
        ({"characters": 1}, {}, "expected lists of strings"),
        ({"known": [1]}, {}, "expected lists of strings"),
        ({"characters": ["b", "a", "\n"]}, {}, "sorted characters"),
        ({"characters": ["a", "b"]}, {}, "the newline among them"),
        ({"characters": ["\n", "a"]}, {}, "cell/kernel: expected float32 of shape"),
        ({}, {"dense/bias": None}, "of a dense layer"),
        ({}, {"evil": np.zeros(3, np.float32)}, "of a dense layer"),
        ({}, {"cell/bias": None}, "expected kernel, recurrent_kernel, bias"),
        ({}, {"dense/bias": np.zeros(3, np.float32)}, "dense/bias: expected float32 of shape"),
        ({}, {"dense/bias": np.zeros(17, np.float64)}, "dense/bias: expected float32 of shape"),
    ],
)
def test_a_model_that_does_not_add_up_is_refused(stored, about, changes, reason):
    forge(stored, about, **changes)
    with pytest.raises(ModelError, match=rf"titles\.safetensors: .*{reason}"):
        TitleModel.load(stored)


def test_numbers_that_are_none_are_refused(stored):
    bias = load_file(stored)["dense/bias"] * np.float32("nan")
    forge(stored, **{"dense/bias": bias})
    with pytest.raises(ModelError, match="dense/bias: not every number is finite"):
        TitleModel.load(stored)


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"\xff" * 100])
def test_a_file_that_is_no_model(tmp_path, content):
    (tmp_path / "titles.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=r"titles\.safetensors: not a safetensors file"):
        TitleModel.load(tmp_path / "titles.safetensors")
    with pytest.raises(ModelError, match="nothing: no such file"):
        TitleModel.load(tmp_path / "nothing")


def test_a_bit_that_flips_anywhere_is_noticed(stored):
    content = stored.read_bytes()
    for place in range(0, len(content), len(content) // 300):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        stored.write_bytes(flipped)
        with pytest.raises(ModelError, match=r"titles\.safetensors: "):
            TitleModel.load(stored)


def test_a_model_without_a_checksum_is_read_as_it_was_before_there_were_any(stored):
    before = TitleModel.load(stored)
    with_none = json.loads(_about(stored))
    del with_none["sha256"]
    forge(stored, json.dumps(with_none))
    assert TitleModel.load(stored).invent(5) == before.invent(5)


def _about(path):
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return file.metadata()["about"]
