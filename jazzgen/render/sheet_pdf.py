"""Engraved pages as a PDF, drawn by matplotlib: outlines as curves, texts as texts."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from jazzgen.render.engraved_page import EngravedPage, Matrix, Outline, Run, Words, read_page
from jazzgen.runtime.extras import require
from jazzgen.runtime.files import is_file
from jazzgen.runtime.ownership import PROGRAM

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path as Curve

Points: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.uint8]

__all__ = ["check_sheet_pdf", "pdf_of_pages"]

POINTS = 72 / 2540
"""The points in a hundredth of a millimeter, the unit of an engraved page."""
INCHES = 1 / 2540
"""The inches in a hundredth of a millimeter."""
FONTS = ["STIXGeneral", "DejaVu Serif", "DejaVu Sans"]
"""The fonts of texts: the first one that has a letter draws it."""
EM = 1000
"""The units of a music font in the size of its letters."""
NOTES = [chr(code) for code in range(0xECA0, 0xECB8)]
"""The notes of metronome marks in music fonts (SMuFL)."""
GAP = 0.4
"""The gap between a word and the note after it, in sizes of the word."""
STYLE = {"font.family": FONTS, "path.simplify": False}
"""matplotlib's settings; simplified, the lines of a staff would be taken for one."""
SPACE = 70
"""The width of a space between signs of a music font, as before the dot of a note, of `EM`;
the space of the fonts is made for words."""
METADATA = {"CreationDate": None, "Creator": PROGRAM, "Producer": None}


def check_sheet_pdf() -> None:
    """Check, before long work begins, that a PDF can be drawn later.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    require("PDF pages need", "matplotlib")


def pdf_of_pages(pages: Sequence[str], title: str = "") -> bytes:
    """Return engraved pages as the bytes of a PDF file.

    Args:
        pages: The pages, each an SVG as Verovio writes it.
        title: The title that the file says it has.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    check_sheet_pdf()
    matplotlib = importlib.import_module("matplotlib")
    backend = importlib.import_module("matplotlib.backends.backend_pdf")
    content = io.BytesIO()
    metadata = {**METADATA, "Title": title or None}
    with (
        matplotlib.rc_context(STYLE),
        warnings.catch_warnings(),
        backend.PdfPages(content, metadata=metadata) as pdf,
    ):
        # Texts of all scripts are drawn; a letter that no font has is a box.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        for page in pages:
            pdf.savefig(_figure(read_page(page)))
    return content.getvalue()


def _figure(page: EngravedPage) -> Any:
    figures = importlib.import_module("matplotlib.figure")
    patches = importlib.import_module("matplotlib.patches")
    figure = figures.Figure(figsize=(page.width * INCHES, page.height * INCHES))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, page.width)
    axes.set_ylim(page.height, 0)
    axes.set_axis_off()
    signs = [one for words in page.words for one in _draw_words(axes, words)]
    for curve in _merged([*page.outlines, *signs]):
        axes.add_artist(patches.PathPatch(curve, facecolor="black", linewidth=0))
    for width in sorted({one.width for one in page.outlines if one.width}):
        lines = _joined([_curve(one) for one in page.outlines if one.width == width])
        axes.add_artist(
            patches.PathPatch(lines, fill=False, edgecolor="black", linewidth=width * POINTS)
        )
    return figure


def _merged(outlines: Sequence[Outline]) -> list[Curve]:
    """Return shapes to fill: as few as will do, as each costs time and room in the file.

    Where shapes overlap, one curve leaves out what they share unless all run the same way
    round. The parts of a music font do; polygons are turned; slurs and the like stay alone.
    """
    filled = [one for one in outlines if one.filled]
    glyphs = [_curve(one) for one in filled if one.kind == "glyph"]
    polygons = [_turned(one) for one in filled if one.kind == "polygon"]
    others = [_curve(one) for one in filled if one.kind not in ("glyph", "polygon")]
    return [*(_joined(curves) for curves in (glyphs, polygons) if curves), *others]


def _joined(curves: Sequence[Curve]) -> Curve:
    paths = importlib.import_module("matplotlib.path")
    joined: Curve = paths.Path.make_compound_path(*curves)
    return joined


def _turned(polygon: Outline) -> Curve:
    """Return a polygon whose points run clockwise on the page."""
    paths = importlib.import_module("matplotlib.path")
    corners = _placed(polygon)[0][:-1]  # without the one that closes it
    x, y = corners[:, 0], corners[:, 1]
    area = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    turned: Curve = paths.Path(corners if area > 0 else corners[::-1], closed=False)
    return turned


def _curve(outline: Outline) -> Curve:
    """Return a shape on the page."""
    paths = importlib.import_module("matplotlib.path")
    curve: Curve = paths.Path(*_placed(outline))
    return curve


def _placed(outline: Outline) -> tuple[Points, Codes]:
    """Return the points of an outline on the page, and matplotlib's code for each."""
    vertices, codes = _drawn(outline.data)
    matrix = outline.matrix
    scale, move = (matrix.scale_x, matrix.scale_y), (matrix.x, matrix.y)
    return vertices * np.array(scale) + np.array(move), codes


@lru_cache(maxsize=4096)
def _drawn(data: str) -> tuple[Points, Codes]:
    """Return the points of an outline and matplotlib's code for each."""
    svg_path = importlib.import_module("fontTools.svgLib.path")
    recording = importlib.import_module("fontTools.pens.recordingPen")
    code = importlib.import_module("matplotlib.path").Path
    pen = recording.RecordingPen()
    svg_path.parse_path(data, pen)
    kinds = {"moveTo": code.MOVETO, "lineTo": code.LINETO, "curveTo": code.CURVE4,
             "qCurveTo": code.CURVE3}  # fmt: skip
    vertices: list[tuple[float, float]] = []
    codes: list[int] = []
    for name, points in pen.value:
        if name == "closePath":
            points = vertices[-1:]
            kinds[name] = code.CLOSEPOLY
        vertices += points
        codes += [int(kinds[name])] * len(points) if name != "endPath" else []
    return np.array(vertices, dtype=np.float64), np.array(codes, dtype=np.uint8)


def _draw_words(axes: Any, words: Words) -> list[Outline]:
    """Draw the letters of a text, and return its signs from music fonts as shapes."""
    properties = _font(words.bold, words.italic)
    widths = [_width(run, properties) for run in words.runs]
    for index, (run, sign) in enumerate(pairwise(words.runs)):
        if sign.music and sign.text[0] in NOTES and not run.text[-1:].isspace():
            widths[index] += GAP * run.size
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}.get(words.anchor, 0.0)
    x, signs = words.x - share * sum(widths), []
    for run, width in zip(words.runs, widths, strict=True):
        if run.music:
            signs += _signs(run, x, words.y)
        else:
            axes.text(
                x, words.y, run.text, fontproperties=properties,
                fontsize=run.size * POINTS, parse_math=False, va="baseline", ha="left",
            )  # fmt: skip
        x += width
    return signs


@lru_cache(maxsize=4)
def _font(bold: bool, italic: bool) -> FontProperties:
    fonts = importlib.import_module("matplotlib.font_manager")
    found: FontProperties = fonts.FontProperties(
        family=FONTS,
        weight="bold" if bold else "normal",
        style="italic" if italic else "normal",
    )
    return found


def _width(run: Run, properties: FontProperties) -> float:
    """Return the width of a run, in the units of the page."""
    if run.music:
        return sum(_glyph(run.music, sign)[1] for sign in run.text) * run.size / EM
    text_path = importlib.import_module("matplotlib.textpath").text_to_path
    sized = properties.copy()
    sized.set_size(text_path.FONT_SCALE)
    # A space at an end has a width too, but no outline that would be measured.
    width = text_path.get_text_width_height_descent(run.text + "|", sized, ismath=False)[0]
    bar = text_path.get_text_width_height_descent("|", sized, ismath=False)[0]
    return float(width - bar) * run.size / float(text_path.FONT_SCALE)


def _signs(run: Run, x: float, y: float) -> list[Outline]:
    found, scale = [], run.size / EM
    for sign in run.text:
        data, advance = _glyph(run.music, sign)
        found.append(Outline(data, Matrix(scale, -scale, x, y), 0.0, filled=True))
        x += advance * scale
    return found


@lru_cache(maxsize=256)
def _glyph(font: str, sign: str) -> tuple[str, float]:
    """Return the outline of a sign of a music font, as Verovio brings it along, and its width."""
    if sign == " ":
        return "M0,0", SPACE
    import verovio

    folder = Path(str(verovio.__file__)).parent / "data"
    file = folder / font / f"{ord(sign):04X}.xml"
    if not is_file(file):
        return "M0,0", 0.0
    path = ElementTree.parse(file).getroot().find("path")  # noqa: S314 - Verovio's own file
    boxes = ElementTree.parse(folder / f"{font}.xml").getroot()  # noqa: S314
    box = boxes.find(f"g[@c='{ord(sign):04X}']")
    width = float(box.get("h-a-x", "0")) if box is not None else 0.0
    return (path.get("d", "M0,0") if path is not None else "M0,0"), width
