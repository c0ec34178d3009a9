import hashlib
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from small_models import BLUES, classic, improviser, light

from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.errors import ModelError
from jazzgen.improviser import Improviser
from jazzgen.nn.assets import Assets, Profile
from jazzgen.nn.folder import read_model_folder, write_model_folder
from jazzgen.nn.keras_engine.store import files_of, load_model, save_model
from jazzgen.nn.numpy_engine.engine import LightEngine

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
    manifest.pop("checksum", None)
    manifest["sha256"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("preset", MAKERS)
def test_a_model_that_is_loaded_plays_what_was_saved(stored, preset):
    layers = load_model(stored[preset])
    for name, value in MAKERS[preset]().get_weights().items():
        np.testing.assert_array_equal(layers.get_weights()[name], value)
    assert light(layers).improvise(BLUES, 4) == light(MAKERS[preset]()).improvise(BLUES, 4)


def test_a_model_folder_holds_plain_data(stored):
    for folder in stored.values():
        names = {path.name for path in folder.iterdir()} - {"licks.safetensors"}
        assert names == {"README.md", "config.json", "manifest.json", "weights.safetensors"}
        config = json.loads((folder / "config.json").read_text())
        flat = [config[name] for name in config if name not in Assets().to_json()]
        assert all(type(value) in (int, str) for value in flat)


def test_saving_twice_gives_the_same_bytes_and_replaces(stored, tmp_path):
    for _ in range(2):
        save_model(tmp_path / "again", improviser(), {"figures": {}}, "# card\n")
    for path in stored["improviser"].iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_how_many_solos_of_each_performer_were_heard_is_kept(tmp_path):
    files = files_of(improviser(performers=("Ann", "Ben"), edition=1))
    counted = replace(files, assets=replace(files.assets, performer_counts=(1, 30)))
    write_model_folder(tmp_path / "model", counted, {"figures": {}}, "# card\n")
    found = load_model(tmp_path / "model")
    assert found.assets.performer_counts == (1, 30)
    drawn = [one.performer for one in Improviser(found).choose_soloists(BLUES, range(200))]
    assert 180 < drawn.count("Ben") < 200


def test_performers_are_kept_in_their_order(tmp_path):
    names = ("Zoë", "Ann", "Ben (tenor)")
    save_model(tmp_path / "model", improviser(performers=names), {"figures": {}}, "# card\n")
    layers = load_model(tmp_path / "model")
    assert layers.assets.performers == names
    assert layers.assets.performer_counts == ()
    first, second = (
        light(one).improvise(BLUES, 4, performer="Ann")
        for one in (layers, improviser(performers=names))
    )
    assert first == second


PROFILES = (
    Profile("", "trumpet", "cool", 55, 80),
    Profile("Ann", "tenor saxophone", "bebop", 44, 70, (1, 2, 0, 4)),
    Profile("Ann", "tenor saxophone", "bebop", 44, 70, (1, 2, 0, 4)),
    Profile("Zoë", "", "", 0, 127),
)


def test_profiles_instruments_styles_and_feels_are_kept(tmp_path):
    layers = improviser(performers=("Ann", "Zoë"), profiles=PROFILES)
    save_model(tmp_path / "model", layers, {"figures": {}}, "# card\n")
    found = load_model(tmp_path / "model")
    assert replace(found.assets, licks=layers.assets.licks) == layers.assets
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    assert (config["format"], config["edition"]) == (3, 2)
    assert config["profiles"][0] == ["", "trumpet", "cool", 55, 80, 0, 0, 0, 0]
    assert config["profiles"][1][5:] == [1, 2, 0, 4]
    seeds = range(6)
    played = [light(one).takes(BLUES, seeds) for one in (found, layers)]
    assert played[0] == played[1]
    assert {take.instrument for take in played[0]} == {"trumpet", "tenor saxophone", ""}


def as_format_2(folder):
    """Rewrite a model folder of the first edition as it was written before the second."""
    config = json.loads((folder / "config.json").read_text())
    early = {name: value for name, value in config.items() if name not in NEW_KEYS}
    (folder / "config.json").write_text(json.dumps({**early, "format": 2}))
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["checksum"]
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 2}))
    rehash(folder, "config.json")


NO_TOUCH = (0, 0, 0, 0)
NEW_KEYS = ("edition", "instruments", "styles", "feels", "profiles")


def test_a_model_of_format_2_is_of_the_first_edition(tmp_path):
    layers = improviser(performers=("Ann", "Ben"), edition=1)
    save_model(tmp_path / "model", layers, {"figures": {}}, "# card\n")
    as_format_2(tmp_path / "model")
    found = load_model(tmp_path / "model")
    assert found.config == layers.config
    assert found.config.edition == 1
    seeds = range(3)
    takes = Improviser(found).takes(BLUES, seeds)
    assert light(layers).takes(BLUES, seeds) == takes
    again = Improviser(LightEngine(read_model_folder(tmp_path / "model")))
    assert again.takes(BLUES, seeds) == takes


@pytest.mark.parametrize("name", NEW_KEYS)
def test_a_config_of_format_2_has_none_of_what_is_new(tmp_path, name):
    save_model(tmp_path / "model", improviser(edition=1), {"figures": {}}, "# card\n")
    as_format_2(tmp_path / "model")
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    new = {"edition": 1}.get(name, [])
    (tmp_path / "model" / "config.json").write_text(json.dumps({**config, name: new}))
    rehash(tmp_path / "model", "config.json")
    with pytest.raises(ModelError, match="expected the settings of a model of format 2 or 3"):
        load_model(tmp_path / "model")


def test_the_licks_are_kept(stored):
    kept, ngrams = load_model(stored["improviser"]).licks.ngrams, improviser().licks.ngrams
    assert len(kept) > 100
    for name in ("parent", "step", "count"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(ngrams, name))
    assert not (stored["classic"] / "licks.safetensors").exists()


def test_a_model_without_licks_is_one(tmp_path):
    files = files_of(improviser())
    without = replace(files, assets=replace(files.assets, licks=LickNgrams.empty()))
    write_model_folder(tmp_path / "model", without, {"figures": {}}, "# card\n")
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
        ({"units": "64"}, "whole number"),
        ({"cell": "transformer"}, "cell"),
        ({"preset": "classic"}, "vocabulary"),
        ({"vocabulary": 5}, "list of values"),
        ({"vocabulary": [[1, 2]]}, "four integers"),
        ({"surprise": 1}, "expected the settings"),
        ({"performers": None}, "list of names as performers"),
        ({"performers": "Ann"}, "list of names as performers"),
        ({"performers": ["Ann", 5]}, "list of names as performers"),
        ({"performers": ["Ann", "Ann"]}, "list of names as performers"),
        ({"performers": ["Ann", ""]}, "list of names as performers"),
        ({"performers": ["Ann", " "]}, "list of names as performers"),
        ({"performers": ["Ann\x1b[2J"]}, "list of names as performers"),
        ({"performers": ["A" * 201]}, "list of names as performers"),
        ({"performers": [str(number) for number in range(10_001)]}, "list of names as performers"),
        ({"performers": ["Ann"]}, "embed_0/kernel"),
        ({"instruments": "trumpet"}, "list of names as instruments"),
        ({"styles": ["cool", "cool"]}, "list of names as styles"),
        ({"feels": [5]}, "list of names as feels"),
        ({"profiles": 5}, "list of profiles"),
        ({"profiles": [["Ann", "trumpet", "cool", 55, *NO_TOUCH]]}, "list of profiles"),
        ({"profiles": [["Ann", "trumpet", 5, 55, 80, *NO_TOUCH]]}, "list of profiles"),
        ({"profiles": [["Ann", "trumpet", "cool", 80, 55, *NO_TOUCH]]}, "list of profiles"),
        ({"profiles": [["Ann", "trumpet", "cool", 55, 128, *NO_TOUCH]]}, "list of profiles"),
        ({"profiles": [["Ann", "trumpet", "cool", -1, 80, *NO_TOUCH]]}, "list of profiles"),
        ({"profiles": [["Ann", "trumpet", "cool", True, 80, *NO_TOUCH]]}, "list of profiles"),
        ({"profiles": [["Ann\x1b[2J", "trumpet", "cool", 55, 80, *NO_TOUCH]]}, "list of profiles"),
        ({"profiles": [["Ann", "trumpet", "cool", 55, 80, 0, 0, 0, 99]]}, "list of profiles"),
        ({"profiles": [["Ann", "trumpet", "cool", 55, 80, 0, 0, 0, -1]]}, "list of profiles"),
        ({"edition": 5}, "edition"),
        ({"edition": 1}, "expression_head/lean"),
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
