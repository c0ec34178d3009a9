"""`jazzgen export`: writes a model for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from jazzgen.cli.options import Given, Without, configured
from jazzgen.cli.output import quiet_import, show, show_json
from jazzgen.config import SamplingConfig
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["export"]


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """Which model is written, and where.

    Args:
        model: The name or folder of the model.
        to: What it is written as.
        out: The file; by default it is named for the model.
        overwrite: Whether a file that jazzgen has not written may be replaced.
        json: Whether the result is printed as JSON.

    Raises:
        ConfigError: A value is none of the choices.
    """

    model: str = setting(argument=True, metavar="NAME|DIR", text="The model.")
    to: Literal["onnx"] = setting("onnx", text="What it is written as.")
    out: Path | None = setting(
        None, metavar="FILE", text="The file to write; by default it is named for the model."
    )
    overwrite: bool = setting(False, text="Replace a file even if jazzgen did not write it.")
    json: bool = setting(False, text="Print JSON.")

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def file(self) -> Path:
        """The file to write."""
        return self.out or Path(f"{Path(self.model).name}.{self.to}")


@configured
def export(
    request: ExportRequest,
    sampling: Annotated[Given[SamplingConfig], Without("closing", "landing", "goes_on")],
) -> None:
    """Write a model as an ONNX file that plug-ins and other programs can play.

    The settings of sampling become part of the file. docs/export.md tells what its inputs are.

    Args:
        request: The model and the file.
        sampling: How values are drawn.
    """
    from jazzgen.nn.registry import find_model
    from jazzgen.runtime.atomic import check_writable, write_bytes
    from jazzgen.runtime.extras import require
    from jazzgen.runtime.ownership import check_replaceable

    settings = sampling.build()
    folder = find_model(request.model)
    require("export needs", "tf2onnx", "onnx", "tensorflow", "keras")
    check_writable(request.file)
    check_replaceable(request.file, overwrite=request.overwrite)
    with quiet_import():
        from jazzgen.export.onnx_model import onnx_model
        from jazzgen.nn.keras_engine.store import load_model
    content = onnx_model(load_model(folder), settings, folder.name)
    write_bytes(request.file, content)
    if request.json:
        show_json({"file": str(request.file), "bytes": len(content)})
        return
    show(f"{request.file}: {len(content) / 1e6:.1f} MB")
