import hashlib
import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from small_models import BLUES, classic, improviser

from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.errors import ModelError
from jazzgen.improviser import Improviser
from jazzgen.nn.keras_engine.lick_ngrams import Licks
from jazzgen.nn.keras_engine.store import load_model, save_model

MAKERS = {"classic": classic, "improviser": improviser}


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """One folder of each preset."""
    folders = {}
    for name, make in MAKERS.items():
        folders[name] = tmp_path_factory.mktemp("models") / name
        save_model(folders[name], make(), {"figures": {}}, "# card\n")
    return folders


@pytest.fixture
def folder(stored, tmp_path):
    """A copy of the improviser's folder, to be damaged."""
    return shutil.copytree(stored["improviser"], tmp_path / "model")


def rehash(folder, name):
    """Put a changed file's hash into the manifest, as somebody who means harm would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest.pop("checksum")
    manifest["sha256"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("preset", MAKERS)
def test_a_model_that_is_loaded_plays_what_was_saved(stored, preset):
    layers = load_model(stored[preset])
    for name, value in MAKERS[preset]().get_weights().items():
        np.testing.assert_array_equal(layers.get_weights()[name], value)
    expected = Improviser(MAKERS[preset]()).improvise(BLUES, 4)
    assert Improviser(layers).improvise(BLUES, 4) == expected


def test_a_model_folder_holds_plain_data(stored):
    for folder in stored.values():
        names = {path.name for path in folder.iterdir()} - {"licks.safetensors"}
        assert names == {"README.md", "config.json", "manifest.json", "weights.safetensors"}
        config = json.loads((folder / "config.json").read_text())
        flat = [
            config[name] for name in config if name not in ("vocabulary", "performers", "heard")
        ]
        assert all(type(value) in (int, str) for value in flat)


def test_saving_twice_gives_the_same_bytes_and_replaces(stored, tmp_path):
    for _ in range(2):
        save_model(tmp_path / "again", improviser(), {"figures": {}}, "# card\n")
    for path in stored["improviser"].iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_how_many_solos_of_each_performer_were_heard_is_kept(tmp_path):
    layers = improviser(performers=("Ann", "Ben"))
    layers.performer_counts = (1, 30)
    save_model(tmp_path / "model", layers, {"figures": {}}, "# card\n")
    found = load_model(tmp_path / "model")
    assert found.performer_counts == (1, 30)
    drawn = [Improviser(found).performer_for(BLUES, seed) for seed in range(200)]
    assert 180 < drawn.count("Ben") < 200


def test_performers_are_kept_in_their_order(tmp_path):
    names = ("Zoë", "Ann", "Ben (tenor)")
    save_model(tmp_path / "model", improviser(performers=names), {"figures": {}}, "# card\n")
    layers = load_model(tmp_path / "model")
    assert layers.performers == names
    assert layers.performer_counts == ()
    first, second = (
        Improviser(one).improvise(BLUES, 4, performer="Ann")
        for one in (layers, improviser(performers=names))
    )
    assert first == second


def test_the_licks_are_kept(stored):
    kept, ngrams = load_model(stored["improviser"]).licks.ngrams, improviser().licks.ngrams
    assert len(kept) > 100
    for name in ("parent", "step", "count"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(ngrams, name))
    assert not (stored["classic"] / "licks.safetensors").exists()


def test_a_model_without_licks_is_one(tmp_path):
    layers = improviser()
    layers.licks = Licks(LickNgrams.empty())
    save_model(tmp_path / "model", layers, {"figures": {}}, "# card\n")
    assert not (tmp_path / "model" / "licks.safetensors").exists()
    assert len(load_model(tmp_path / "model").licks.ngrams) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows.pop("count"), "expected parent, step and count"),
        (lambda rows: rows.update(extra=rows["step"]), "expected parent, step and count"),
        (lambda rows: rows.update(step=rows["step"].astype(np.float32)), "integers"),
        (lambda rows: rows.update(parent=rows["parent"][::-1].copy()), "out of"),
    ],
)
def test_licks_that_are_none_are_refused_though_their_hash_is_right(folder, change, reason):
    rows = load_file(folder / "licks.safetensors")
    change(rows)
    save_file(rows, folder / "licks.safetensors")
    rehash(folder, "licks.safetensors")
    with pytest.raises(ModelError, match=rf"licks\.safetensors: .*{reason}"):
        load_model(folder)


@pytest.mark.parametrize("name", ["weights.safetensors", "licks.safetensors", "config.json"])
def test_a_flipped_bit_anywhere_is_seen(folder, name):
    content = (folder / name).read_bytes()
    for index in (0, len(content) // 2, len(content) - 1):
        damaged = bytearray(content)
        damaged[index] ^= 1
        (folder / name).write_bytes(damaged)
        with pytest.raises(ModelError, match=f"{name}: damaged"):
            load_model(folder)


@pytest.mark.parametrize(
    "name", ["weights.safetensors", "licks.safetensors", "config.json", "manifest.json"]
)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: no such file"):
        load_model(folder)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 0, "sha256": {}}', '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(ModelError, match=r"manifest\.json"):
        load_model(folder)


def change_tensor(folder, name, change):
    tensors = load_file(folder / "weights.safetensors")
    tensors[name] = change(tensors[name])
    save_file(tensors, folder / "weights.safetensors")
    rehash(folder, "weights.safetensors")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a: a[:-1].copy(), "expected float32 or float16 of shape"),
        (lambda a: a.astype(np.float64), "got float64"),
        (lambda a: np.full_like(a, np.nan), "not every number is finite"),
        (lambda a: np.full_like(a, np.inf), "not every number is finite"),
    ],
)
def test_weights_that_do_not_fit_are_refused_though_their_hash_is_right(folder, change, reason):
    change_tensor(folder, "embed_0/kernel", change)
    with pytest.raises(ModelError, match=f"embed_0/kernel: .*{reason}"):
        load_model(folder)


def test_weights_of_other_names_are_refused(folder):
    tensors = load_file(folder / "weights.safetensors")
    tensors["evil"] = tensors.pop("embed_0/kernel")
    save_file(tensors, folder / "weights.safetensors")
    rehash(folder, "weights.safetensors")
    with pytest.raises(ModelError, match=r"do not fit the architecture: embed_0/kernel, evil"):
        load_model(folder)


def test_weights_that_are_no_safetensors_are_refused(folder):
    (folder / "weights.safetensors").write_bytes(b"\x80\x04K\x01.")
    rehash(folder, "weights.safetensors")
    with pytest.raises(ModelError, match="not a safetensors file"):
        load_model(folder)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"units": 10**9}, "units"),
        ({"units": "64"}, "integer"),
        ({"cell": "transformer"}, "cell"),
        ({"preset": "classic"}, "vocabulary"),
        ({"vocabulary": 5}, "list of values"),
        ({"vocabulary": [[1, 2]]}, "four integers"),
        ({"surprise": 1}, "expected the settings"),
        ({"performers": None}, "list of performers"),
        ({"performers": "Ann"}, "list of performers"),
        ({"performers": ["Ann", 5]}, "list of performers"),
        ({"performers": ["Ann", "Ann"]}, "list of performers"),
        ({"performers": ["Ann", ""]}, "list of performers"),
        ({"performers": ["Ann", " "]}, "list of performers"),
        ({"performers": ["Ann\x1b[2J"]}, "list of performers"),
        ({"performers": ["A" * 201]}, "list of performers"),
        ({"performers": [str(number) for number in range(10_001)]}, "list of performers"),
        ({"performers": ["Ann"]}, "embed_0/kernel"),
        ({"heard": None}, "how many solos"),
        ({"heard": [1]}, "how many solos"),
        ({"performers": ["Ann"], "heard": [0]}, "how many solos"),
        ({"performers": ["Ann"], "heard": [True]}, "how many solos"),
        ({"performers": ["Ann"], "heard": [1.5]}, "how many solos"),
        ({"format": 99}, "expected the settings"),
    ],
)
def test_a_config_that_is_wrong_is_refused_though_its_hash_is_right(folder, changes, reason):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))
    rehash(folder, "config.json")
    with pytest.raises(ModelError, match=reason):
        load_model(folder)
