"""Settings of models, training and sampling.

They are frozen dataclasses, checked when they are made and saved beside the weights.
"""

from __future__ import annotations

from jazzgen.config.model import ModelConfig
from jazzgen.config.planner import PlannerConfig
from jazzgen.config.presets import CLASSIC, IMPROVISER, PRESETS, PresetName, PresetSettings
from jazzgen.config.sampling import (
    SamplingConfig,
    extra_sampling_fields,
    register_sampling_field,
    unregister_sampling_field,
)
from jazzgen.config.titles import TitleConfig
from jazzgen.config.training import FEWEST_TO_TUNE, TrainingConfig

__all__ = [
    "CLASSIC",
    "FEWEST_TO_TUNE",
    "IMPROVISER",
    "PRESETS",
    "ModelConfig",
    "PlannerConfig",
    "PresetName",
    "PresetSettings",
    "SamplingConfig",
    "TitleConfig",
    "TrainingConfig",
    "extra_sampling_fields",
    "register_sampling_field",
    "unregister_sampling_field",
]
