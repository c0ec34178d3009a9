"""The floors of the package: who may import whom, and what no floor may do.

Top to bottom:

| floor | holds |
|---|---|
| `__main__` | the way in: signals before all else |
| `studio` | the page for musicians and its server, which do what the commands do |
| `cli` | commands |
| `export` | models in formats that other programs play |
| the face, `jazzgen` | public names |
| `distillation` | learning from what another model plays |
| `improviser` | load and improvise |
| `training` | the run, its data on disk, checkpoints, logs |
| `evaluation` | measures of models and solos |
| `render` | MIDI with a band, pictures, sound, notebook cells |
| `nn` | engines, models on disk; `keras_engine`, `numpy_engine` |
| `datasets` | solos in files, corpora, windows |
| `library` | the chart library |
| `transcription` | from anybody's file to a solo |
| `titles` | titles of tunes |
| `encoding` | value sequences, vocabularies, chart tables |
| `judging` | which of several solos reads most like a player's |
| `band` | piano, bass and drums under a solo |
| `io` | formats |
| `notation` | note values, tuplets, spelling |
| `config` | settings |
| `rnn` | recurrent cells in NumPy, and which there are |
| `music` | timing, pitch, chords, charts, solos |
| `runtime` | files, processes, tables |
| `errors` | the tree of errors, open to every floor |

Imports go down, or stay in one package. An import inside a function counts like any
other; one for type checkers alone does not load anything, but says who knows whom, and
counts too, except where a rule is about loading.
"""

import ast
from dataclasses import dataclass

ORDER = [
    "errors", "runtime", "music", "rnn", "config", "notation", "io", "band", "judging",
    "encoding", "titles", "transcription", "library", "datasets", "nn", "render", "evaluation",
    "training",
    "improviser", "distillation", "", "export", "cli", "studio", "__main__",
]  # fmt: skip

FLOORS = {name: number for number, name in enumerate(ORDER)}
"""The number of each floor, from the lowest; the face of the package is ""."""

# Beside the floors: whom a package must not import although it lies below.
NEVER = {"nn": {"io"}}

NETWORKS = {"keras", "tensorflow", "jax", "torch"}
"""Only `nn` and what stands above it may name one of these."""

HEAVY = NETWORKS | {"music21", "matplotlib", "verovio", "onnx", "onnxruntime", "tf2onnx"}
"""Nobody but the floors of `LOADS_KERAS` may load one of these while being imported."""

LOADS_KERAS = {"nn", "evaluation", "training", "export"}


@dataclass(frozen=True)
class Import:
    """An import statement's target: where it stands, and when it runs."""

    name: str
    line: int
    deferred: bool
    for_types: bool


def violations(module, source, modules):
    """Return what is wrong with a module.

    Args:
        module: Its dotted name, such as "jazzgen.nn.keras_engine.loop".
        source: Its text.
        modules: Dotted names of all modules of the package: whether `from jazzgen.x
            import y` means a module y depends on them.
    """
    tree = ast.parse(source)
    found = list(_imports(tree, modules))
    wrong = [f"{one.line}: {text}" for one in found for text in _wrong_import(module, one)]
    return wrong + [f"{line}: {text}" for line, text in _wrong_words(module, tree)]


def unit(module):
    """Return the package or module right below `jazzgen` that a dotted name belongs to."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _imports(node, modules, deferred=False, for_types=False):
    for child in ast.iter_child_nodes(node):
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        checked = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        if isinstance(child, ast.Import | ast.ImportFrom):
            for name in _targets(child, modules):
                yield Import(name, child.lineno, deferred, for_types)
        yield from _imports(child, modules, deferred or inside, for_types or checked)


def _targets(node, modules):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.level:
        return ["." * node.level + (node.module or "")]
    inner = [f"{node.module}.{alias.name}" for alias in node.names]
    return [name if name in modules else node.module for name in inner]


def _wrong_import(module, found):
    here, top = unit(module), found.name.split(".")[0]
    if not top:
        yield f"relative import {found.name}: say jazzgen.…"
    if top == "jazzgen":
        yield from _wrong_neighbour(here, unit(found.name))
    if top in NETWORKS and FLOORS[here] < FLOORS["nn"]:
        yield f"{here} imports {top}"
    if here == "nn" and top in NETWORKS - {"keras"}:
        yield f"nn imports {top}: say keras.ops"
    loads = not found.deferred and not found.for_types
    if top in HEAVY and loads and not (top == "keras" and here in LOADS_KERAS):
        yield f"{here} loads {top} while being imported"
    if top in {"typer", "click", "rich"} and here != "cli":
        yield f"{here} imports {top}: only cli talks to the user"


def _wrong_neighbour(here, there):
    if there not in FLOORS:
        yield f"imports {there!r}, which is on no floor"
    elif there == here or there == "errors":
        return
    elif FLOORS[there] >= FLOORS[here]:
        yield f"{here or 'jazzgen'} (floor {FLOORS[here]}) imports {there or 'jazzgen'} " \
              f"(floor {FLOORS[there]})"  # fmt: skip
    elif there in NEVER.get(here, ()):
        yield f"{here} imports {there}"


def _wrong_words(module, tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield node.lineno, "assert: raise an error of jazzgen.errors"
        if isinstance(node, ast.Name) and node.id == "tf" and unit(module) != "export":
            yield node.lineno, "tf: say keras.ops"
        if unit(module) != "cli" and _prints(node):
            yield node.lineno, f"{ast.unparse(node)}: only cli talks to the user"


def _prints(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"print", "pprint"}
    return isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"}
