"""A model folder is verified before any of its files is used."""

import hashlib
import json

import numpy as np
import pytest
from commands import jazzgen, tree
from safetensors.numpy import load, save

from jazzgen.nn.folder import EARLY_FORMAT, FORMAT, read_model_folder

WEIGHTS, CONFIG, MANIFEST = "weights.safetensors", "config.json", "manifest.json"


@pytest.fixture
def refused(tmp_path):
    """Generate with a model that must be refused with these words; nothing is written."""

    def refused(model, *words):
        before = tree(tmp_path)
        complaint = jazzgen("generate", "--model", model, "--out", tmp_path / "out.mid").complaint
        assert [word for word in (str(model), *words) if word not in complaint] == [], complaint
        assert tree(tmp_path) == before

    return refused


def rewrite(model, name, content):
    """Replace a file and give the manifest its hash, as somebody who forges a model would."""
    (model / name).write_bytes(content)
    manifest = json.loads((model / MANIFEST).read_text())
    manifest.pop("checksum")
    manifest["sha256"][name] = hashlib.sha256(content).hexdigest()
    (model / MANIFEST).write_text(json.dumps(manifest))


def change_weight(model, change):
    """Forge the first variable of a model."""
    tensors = load((model / WEIGHTS).read_bytes())
    name = min(tensors)
    tensors[name] = np.ascontiguousarray(change(tensors[name]))
    rewrite(model, WEIGHTS, save(tensors))
    return name


def change_config(model, **changes):
    """Forge settings of a model."""
    config = json.loads((model / CONFIG).read_text())
    rewrite(model, CONFIG, json.dumps({**config, **changes}).encode())


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG])
@pytest.mark.parametrize("place", [0, 0.5, -1], ids=["first", "middle", "last"])
def test_a_flipped_bit(model_copy, refused, name, place):
    content = bytearray((model_copy / name).read_bytes())
    content[int(place * len(content)) if place > 0 else place] ^= 1
    (model_copy / name).write_bytes(content)
    refused(model_copy, name, "damaged")


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, MANIFEST])
def test_a_missing_file(model_copy, refused, name):
    (model_copy / name).unlink()
    refused(model_copy, name, "no such file")


def test_a_card_is_not_needed(model_copy):
    whole = read_model_folder(model_copy)
    (model_copy / "README.md").unlink()
    without = read_model_folder(model_copy)
    assert without.config == whole.config
    assert without.tensors.keys() == whole.tensors.keys() != set()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"not json", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1, 2]", "expected a JSON object"),
        (b"{}", f"not a manifest of format {EARLY_FORMAT} or {FORMAT}"),
        (b'{"format": 0, "sha256": {}}', f"not a manifest of format {EARLY_FORMAT} or {FORMAT}"),
        (
            b'{"format": %d, "sha256": {}}' % (FORMAT + 1),
            f"not a manifest of format {EARLY_FORMAT} or {FORMAT}",
        ),
        (
            b'{"format": %d, "sha256": []}' % FORMAT,
            f"not a manifest of format {EARLY_FORMAT} or {FORMAT}",
        ),
    ],
    ids=["empty", "words", "bytes", "deep", "list", "nothing", "none", "later", "no hashes"],
)
def test_a_manifest_that_is_none(model_copy, refused, content, words):
    (model_copy / MANIFEST).write_bytes(content)
    refused(model_copy, MANIFEST, words)


def test_a_manifest_without_a_hash(model_copy, refused):
    (model_copy / MANIFEST).write_text(f'{{"format": {FORMAT}, "sha256": {{}}}}')
    refused(model_copy, CONFIG, "damaged")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a[:-1], ["expected float32 or float16 of shape"]),
        (lambda a: a[..., None], ["expected float32 or float16 of shape"]),
        (lambda a: a.astype(np.float64), ["float64"]),
        (lambda a: np.full_like(a, np.nan), ["not every number is finite"]),
        (lambda a: np.full_like(a, np.inf), ["not every number is finite"]),
    ],
    ids=["short", "deep", "double", "nan", "inf"],
)
def test_forged_weights(model_copy, refused, change, words):
    name = change_weight(model_copy, change)
    refused(model_copy, name, *words)


def test_weights_of_another_name(model_copy, refused):
    tensors = load((model_copy / WEIGHTS).read_bytes())
    tensors["surplus"] = np.zeros(3, np.float32)
    rewrite(model_copy, WEIGHTS, save(tensors))
    refused(model_copy, "surplus")


def test_weights_that_are_no_safetensors(model_copy, refused):
    rewrite(model_copy, WEIGHTS, b"no tensors here")
    refused(model_copy, WEIGHTS, "not a safetensors file")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"units": 17}, ["expected float32 or float16 of shape"]),
        ({"units": 10**9}, [CONFIG, "units"]),
        ({"units": "16"}, [CONFIG, "units '16'"]),
        ({"units": True}, [CONFIG, "units True"]),
        ({"cell": "os.system"}, [CONFIG, "cell 'os.system'"]),
        ({"cell": ["lstm"]}, [CONFIG, "cell ['lstm']"]),
        ({"surplus": 1}, [CONFIG, "expected the settings"]),
        ({"format": FORMAT + 1}, [CONFIG, "expected the settings"]),
        ({"vocabulary": 3}, [CONFIG, "vocabulary"]),
        ({"vocabulary": [[0]]}, [CONFIG]),
        ({"edition": 5}, [CONFIG, "edition 5: expected 1 to 4"]),
        ({"edition": 1}, ["weights do not fit the architecture: expression_head/lean"]),
        ({"instruments": "trumpet"}, [CONFIG, "expected a list of names as instruments"]),
        ({"styles": ["cool", "cool"]}, [CONFIG, "expected a list of names as styles"]),
        ({"feels": [7]}, [CONFIG, "expected a list of names as feels"]),
        ({"feels": [" "]}, [CONFIG, "expected a list of names as feels"]),
        ({"profiles": 5}, [CONFIG, "expected a list of profiles"]),
        ({"profiles": [["Anna", "", "", 60]]}, [CONFIG, "expected a list of profiles"]),
        ({"profiles": [["Anna", "", "", 72, 60]]}, [CONFIG, "expected a list of profiles"]),
        ({"profiles": [["Anna", "", "", 60, 128]]}, [CONFIG, "expected a list of profiles"]),
        ({"profiles": [["Anna", "", 3, 60, 72]]}, [CONFIG, "expected a list of profiles"]),
        ({"preset": "classic"}, []),
    ],
    ids=str,
)
def test_a_forged_config(model_copy, refused, changes, words):
    change_config(model_copy, **changes)
    refused(model_copy, *words)


def test_a_folder_that_holds_no_model(tmp_path, refused):
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", MANIFEST, "no such file")


def test_a_folder_in_a_file_s_place(model_copy, refused):
    (model_copy / CONFIG).unlink()
    (model_copy / CONFIG).mkdir()
    refused(model_copy, CONFIG)


def test_the_undamaged_copy_plays(model_copy, tmp_path):
    outcome = jazzgen(
        "generate", "--model", model_copy, "--chart", "ii-V-I", "--out", tmp_path / "out.mid"
    )
    assert outcome.code == 0
