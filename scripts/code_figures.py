"""Figures of the code itself: how long modules and functions are, and how well they are explained.

Run it on the package of two commits to compare them:

    python scripts/code_figures.py jazzgen
    python scripts/code_figures.py ../before/jazzgen --json

Lines include blank ones and docstrings. A function's
parameters are counted without `self` and `cls`. Comments for tools (`noqa`, `fmt`,
`type`) explain nothing, and don't count as comments.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

__all__ = ["CodeFigures", "measure"]

FOR_TOOLS = re.compile(r"#\s*(noqa|fmt|type|pragma|mypy|ruff)\s*:|#\s*(noqa|pragma)\b")
SKIPPED_FORMAT = re.compile(r"#\s*fmt:\s*skip")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Largest:
    """The longest module or function: its name and its number of lines."""

    name: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class CodeFigures:
    """Figures of the Python files in a folder.

    Args:
        modules: The number of modules.
        lines: The number of their lines.
        module_median: Median lines of a module.
        module_largest: The longest module.
        functions: The number of functions, methods and inner ones included.
        function_median: Median lines of a function.
        function_largest: The longest function.
        with_parameters: Public functions with two parameters or more.
        with_args: Share of these whose docstring has an `Args:` section.
        comments: Share of lines that hold a comment.
        fmt_skip: The number of places where formatting is turned off.
        any_in_nn: The number of times that `Any` is used in the package `nn`.
    """

    modules: int
    lines: int
    module_median: float
    module_largest: Largest
    functions: int
    function_median: float
    function_largest: Largest
    with_parameters: int
    with_args: float
    comments: float
    fmt_skip: int
    any_in_nn: int


@dataclass(frozen=True, kw_only=True)
class _Module:
    """A module that has been parsed."""

    name: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def comments(self) -> list[str]:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [token.string for token in tokens if token.type == tokenize.COMMENT]

    @property
    def uses_of_any(self) -> int:
        return sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(self.tree))


def measure(folder: Path) -> CodeFigures:
    """Return the figures of all Python files below a folder.

    Raises:
        FileNotFoundError: There are no such files, or none of them has a function.
    """
    modules = [
        _Module(name=str(path.relative_to(folder)), text=text, tree=ast.parse(text))
        for path in sorted(folder.rglob("*.py"))
        for text in [path.read_text(encoding="utf-8")]
    ]
    functions = [
        Largest(name=f"{module.name}:{function.name}", lines=_length(function))
        for module in modules
        for function in ast.walk(module.tree)
        if isinstance(function, Function)
    ]
    if not functions:
        raise FileNotFoundError(f"{folder}: expected Python files with functions")
    explained = [
        "Args:" in (ast.get_docstring(function) or "")
        for module in modules
        for function in _public_functions(module.tree)
        if _parameters(function) > 1
    ]
    sizes = [Largest(name=module.name, lines=module.lines) for module in modules]
    comments = [comment for module in modules for comment in module.comments]
    lines = sum(module.lines for module in modules)
    return CodeFigures(
        modules=len(modules),
        lines=lines,
        module_median=median(one.lines for one in sizes),
        module_largest=max(sizes, key=lambda one: one.lines),
        functions=len(functions),
        function_median=median(one.lines for one in functions),
        function_largest=max(functions, key=lambda one: one.lines),
        with_parameters=len(explained),
        with_args=round(sum(explained) / max(len(explained), 1), 4),
        comments=round(sum(not FOR_TOOLS.match(text) for text in comments) / max(lines, 1), 4),
        fmt_skip=sum(bool(SKIPPED_FORMAT.search(text)) for text in comments),
        any_in_nn=sum(module.uses_of_any for module in modules if "nn" in _folders(module)),
    )


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _folders(module: _Module) -> tuple[str, ...]:
    return Path(module.name).parts[:-1]


def _public_functions(node: ast.Module | ast.ClassDef) -> Iterator[Function]:
    """Return functions and methods of public classes, none that is inside another or private."""
    for child in node.body:
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from _public_functions(child)
        elif isinstance(child, Function) and not child.name.startswith("_"):
            yield child


def _parameters(function: Function) -> int:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    others = [one for one in (given.vararg, given.kwarg) if one]
    return sum(one.arg not in {"self", "cls"} for one in [*named, *others])


def _table(figures: CodeFigures) -> list[str]:
    module, function = figures.module_largest, figures.function_largest
    return [
        f"modules            {figures.modules:>7,}   {figures.lines:,} lines",
        f"  median           {figures.module_median:>7g}   lines",
        f"  largest          {module.lines:>7,}   lines, {module.name}",
        f"functions          {figures.functions:>7,}",
        f"  median           {figures.function_median:>7g}   lines",
        f"  largest          {function.lines:>7,}   lines, {function.name}",
        f"with Args:         {figures.with_args:>7.1%}   of {figures.with_parameters:,} public "
        "functions with two parameters or more",
        f"comments           {figures.comments:>7.2%}   of lines",
        f"fmt: skip          {figures.fmt_skip:>7,}",
        f"Any in nn          {figures.any_in_nn:>7,}",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of a folder."""
    parser = argparse.ArgumentParser(description="Print figures of the code in a folder.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("jazzgen"))
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    try:
        figures = measure(asked.folder)
    except (OSError, SyntaxError) as error:
        print(f"code_figures: {error}", file=sys.stderr)
        return 2
    print(json.dumps(asdict(figures)) if asked.json else "\n".join(_table(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
