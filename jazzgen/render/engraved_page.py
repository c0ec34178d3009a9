"""Read a page that Verovio has engraved: outlines, lines and texts, with their places.

Only what Verovio writes is read: groups, glyphs, paths, simple shapes and texts, moved and scaled.
Its text styles, which stand in a style sheet, are those of `BOLD` and `ITALIC`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

__all__ = ["EngravedPage", "Matrix", "Outline", "Run", "Words", "read_page"]

BOLD = frozenset({"ending", "fing", "reh", "tempo"})
"""The classes of groups whose texts are bold."""
ITALIC = frozenset({"dir", "dynam", "mNum"})
"""The classes of groups whose texts are italic."""
HIDDEN = "placeholder"
"""The class of groups that are not drawn."""
TRANSFORM = re.compile(r"(translate|scale)\(([^)]*)\)")
NUMBER = re.compile(r"-?[0-9.]+(?:e-?[0-9]+)?")
ARC = 0.5522847498
"""The length of the handles with which a Bézier curve draws a quarter of a circle."""


class Matrix(NamedTuple):
    """A scaling and a move: x becomes `scale_x * x + x`, and y likewise."""

    scale_x: float = 1.0
    scale_y: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def then(self, inner: Matrix) -> Matrix:
        """Return the matrix that applies another one first, and then this."""
        return Matrix(
            self.scale_x * inner.scale_x,
            self.scale_y * inner.scale_y,
            self.scale_x * inner.x + self.x,
            self.scale_y * inner.y + self.y,
        )


@dataclass(frozen=True)
class Outline:
    """A shape.

    Args:
        data: Its outline, as SVG has it in the attribute `d` of a path.
        matrix: Where it lies on the page.
        width: The width of its line on the page; 0 for none.
        filled: Whether it is filled.
        kind: "glyph" for a part of a music font, otherwise the name of the SVG element.
    """

    data: str
    matrix: Matrix
    width: float
    filled: bool
    kind: str = "glyph"


@dataclass(frozen=True)
class Run:
    """A part of a text in one font.

    Args:
        text: The characters.
        size: The size of the font.
        music: The name of the music font that they are from, or "" for a text font.
    """

    text: str
    size: float
    music: str = ""


@dataclass(frozen=True)
class Words:
    """A text on one line.

    Args:
        x: Where it is anchored.
        y: Its base line.
        anchor: "start", "middle" or "end".
        runs: Its parts, one after another.
        bold: Whether it is bold.
        italic: Whether it is italic.
    """

    x: float
    y: float
    anchor: str
    runs: tuple[Run, ...]
    bold: bool = False
    italic: bool = False


@dataclass
class EngravedPage:
    """What is drawn on a page.

    Args:
        width: Its width.
        height: Its height.
        outlines: Its shapes.
        words: Its texts.
    """

    width: float = 0.0
    height: float = 0.0
    outlines: list[Outline] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)


@dataclass(frozen=True)
class _Here:
    """What groups have said of what is inside them."""

    matrix: Matrix
    bold: bool = False
    italic: bool = False
    in_glyph: bool = False


def read_page(svg: str) -> EngravedPage:
    """Return what is drawn on a page.

    Args:
        svg: The page, as Verovio writes it.
    """
    root = ElementTree.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg))  # noqa: S314
    glyphs = {f"#{glyph.get('id')}": glyph for glyph in root.iterfind("defs/*")}
    page = EngravedPage()
    scale = root.find("svg")
    if scale is not None:
        page.width, page.height = _numbers(scale.get("viewBox", ""))[2:4]
        _read_group(page, scale, _Here(Matrix()), glyphs)
    return page


def _read_group(
    page: EngravedPage, group: Element, here: _Here, glyphs: dict[str, Element]
) -> None:
    for element in group:
        classes = set(element.get("class", "").split())
        if HIDDEN in classes:
            continue
        inner = _Here(
            here.matrix.then(_matrix(element.get("transform", ""))),
            here.bold or bool(classes & BOLD),
            here.italic or bool(classes & ITALIC),
            here.in_glyph or element.tag == "use",
        )
        if element.tag == "g":
            _read_group(page, element, inner, glyphs)
        elif element.tag == "use":
            _read_group(page, glyphs[element.get("href", "")], inner, glyphs)
        elif element.tag == "text":
            page.words += _words(element, inner)
        else:
            data = _data(element)
            if data:
                page.outlines.append(_outline(element, data, inner))


def _outline(element: Element, data: str, here: _Here) -> Outline:
    width = float(element.get("stroke-width", "0").removesuffix("px"))
    straight = element.tag == "path" and width and not set("CcQqAaSsTt") & set(data)
    emptied = element.get("fill") == "none" or element.get("fill-opacity") == "0"
    filled = not (straight or emptied)
    kind = "glyph" if here.in_glyph else element.tag
    return Outline(data, here.matrix, width * abs(here.matrix.scale_x), filled, kind)


def _data(element: Element) -> str:
    """Return the outline of a shape as a path has it; "" for what is no shape."""
    number = {name: float(element.get(name, "0")) for name in ("x", "y", "width", "height")}
    if element.tag == "path":
        return element.get("d", "")
    if element.tag in ("polygon", "polyline"):
        points = _numbers(element.get("points", ""))
        pairs = " L".join(f"{x},{y}" for x, y in zip(points[::2], points[1::2], strict=False))
        return f"M{pairs}" + ("Z" if element.tag == "polygon" else "")
    if element.tag == "rect":
        x, y, width, height = number.values()
        return f"M{x},{y} h{width} v{height} h{-width} Z"
    if element.tag == "ellipse":
        return _ellipse(*(float(element.get(name, "0")) for name in ("cx", "cy", "rx", "ry")))
    return ""


def _ellipse(x: float, y: float, rx: float, ry: float) -> str:
    """Return an ellipse as a path: its center, and its radii."""
    ax, ay = ARC * rx, ARC * ry
    return (
        f"M{x + rx},{y} C{x + rx},{y + ay} {x + ax},{y + ry} {x},{y + ry} "
        f"C{x - ax},{y + ry} {x - rx},{y + ay} {x - rx},{y} "
        f"C{x - rx},{y - ay} {x - ax},{y - ry} {x},{y - ry} "
        f"C{x + ax},{y - ry} {x + rx},{y - ay} {x + rx},{y} Z"
    )


def _words(text: Element, here: _Here) -> Iterator[Words]:
    """Yield the lines of a text: a part with a place of its own begins another one."""
    lines: list[tuple[Element, list[Run]]] = [(text, [])]

    def visit(element: Element, size: float, music: str) -> None:
        size = float(element.get("font-size", f"{size}px").removesuffix("px"))
        music = element.get("font-family", music)
        if element is not text and element.get("x") is not None:
            lines.append((element, []))
        if element.text and element.text.strip("\n"):
            content = element.text if element.text.strip() or "\n" not in element.text else ""
            if content:
                lines[-1][1].append(Run(content, size, music))
        for child in element:
            if child.tag == "tspan":
                visit(child, size, music)

    visit(text, 0.0, "")
    for element, runs in lines:
        if any(run.text.strip() for run in runs):
            x, y = (float(element.get(name, "0")) for name in ("x", "y"))
            matrix = here.matrix
            yield Words(
                matrix.scale_x * x + matrix.x,
                matrix.scale_y * y + matrix.y,
                element.get("text-anchor", "start"),
                tuple(runs),
                here.bold,
                here.italic,
            )


def _matrix(transform: str) -> Matrix:
    matrix = Matrix()
    for name, inside in TRANSFORM.findall(transform):
        values = _numbers(inside)
        first, second = values[0], values[-1] if name == "scale" or len(values) > 1 else 0.0
        inner = Matrix(x=first, y=second) if name == "translate" else Matrix(first, second)
        matrix = matrix.then(inner)
    return matrix


def _numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]
