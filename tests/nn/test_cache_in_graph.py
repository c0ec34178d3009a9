"""The cache in the inference graph is that of `encoding.cache`, line by line."""

import numpy as np
import pytest
from keras import ops

from jazzgen.encoding.cache import cache
from jazzgen.encoding.sequence import NO_PITCH
from jazzgen.encoding.values import REST
from jazzgen.nn.keras_engine.cache import expect
from jazzgen.nn.keras_engine.repeat_features import empty_memory, store

LINES, STEPS = 5, 70


@pytest.mark.parametrize("size", [12, 40, 200])
def test_what_a_memory_expects_is_what_the_line_s_cache_says(size):
    rng = np.random.default_rng(1)
    pitch = rng.choice([60, 62, 62, 64, 95, REST], size=(LINES, STEPS)).astype(np.int32)
    pitch[0] = np.resize([60, 62, REST, 64, 62], STEPS)
    predicted = np.stack([cache(line, memory=size) for line in pitch])
    assert predicted.sum(axis=-1).max() > 0.8
    memory, last = empty_memory(LINES, size), np.full(LINES, NO_PITCH, np.int32)
    duration = np.full(LINES, 12, np.int32)
    for step in range(STEPS):
        found = ops.convert_to_numpy(expect(memory))
        np.testing.assert_allclose(found, predicted[:, step], atol=1e-6, err_msg=f"value {step}")
        memory = store(memory, pitch[:, step], duration, last)
        last = np.where(pitch[:, step] == REST, last, pitch[:, step])
