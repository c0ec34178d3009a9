"""A Keras graph as an ONNX graph, by way of TensorFlow and tf2onnx.

tf2onnx divides integers towards zero where TensorFlow divides towards minus infinity, so that a
descending interval would get another class. `_EXACT` puts that right. Of its optimizers only
those run without which the graph is not valid: the others take minutes on a graph with a loop, and
ONNX Runtime optimizes a graph itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from jazzgen.errors import ConfigError
from jazzgen.runtime.extras import needing

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto

__all__ = ["AFTER", "OPSET", "onnx_graph"]

OPSET = 18
"""The version of ONNX's operators: that of ONNX Runtime 1.14 and later."""
AFTER = "_after"
"""The ending of an output that is the new value of an input."""
OPTIMIZERS = ("loop_optimizer", "remove_identity", "remove_back_to_back")
"""The optimizers of tf2onnx that run."""


def onnx_graph(graph: keras.Model) -> ModelProto:
    """Convert a Keras graph to ONNX.

    Inputs and outputs keep their names; those of a list are numbered: `states_0`, `states_1`. An
    output with the name of an input gets the ending `AFTER`. What has no elements (an axis has the
    size 0) is left out, and so are inputs that nothing reads.

    Args:
        graph: The graph, on Keras's TensorFlow backend.

    Raises:
        ConfigError: Keras runs on another backend.
        MissingPackageError: tf2onnx or onnx is not installed.
    """
    if (backend := keras.backend.backend()) != "tensorflow":
        raise ConfigError(f"export needs KERAS_BACKEND=tensorflow, not {backend}")
    with needing("export needs"):
        import tensorflow as tf
        from tf2onnx import optimizer, tf_loader, tfonnx
    names, outputs = _names(graph.input), _names(graph.output)
    # ONNX has one space of names for both.
    renamed = [f"{name}{AFTER}" if name in names else name for name in outputs]
    signature = [
        tf.TensorSpec(one.shape, one.dtype, name=name)
        for one, name in zip(keras.tree.flatten(graph.input), names, strict=True)
    ]

    def call(*arrays: Any) -> list[Any]:
        given = keras.tree.pack_sequence_as(graph.input, list(arrays))
        return list(keras.tree.flatten(graph(given, training=False)))

    traced = tf.function(call, input_signature=signature, autograph=False).get_concrete_function()
    given = [one.name for one in traced.inputs if one.dtype != tf.resource]
    told = [one.name for one in traced.outputs]
    frozen = tf_loader.from_function(traced, given, told)
    with tf.Graph().as_default() as unrolled:
        tf.import_graph_def(frozen, name="")
        converted = tfonnx.process_tf_graph(
            unrolled,
            opset=OPSET,
            input_names=given,
            output_names=told,
            custom_op_handlers={"FloorMod": (_floor_mod, []), "FloorDiv": (_floor_div, [])},
            tensors_to_rename=dict(zip(given + told, names + renamed, strict=True)),
        )
    chosen = {name: optimizer._optimizers[name] for name in OPTIMIZERS}
    optimized = optimizer.optimize_graph(converted, catch_errors=False, optimizers=chosen)
    model: ModelProto = optimized.make_model(graph.name)
    _drop_needless(model.graph)
    return model


def _names(structure: Any) -> list[str]:
    """The names of the leaves of inputs or outputs: their keys, with a number in a list."""
    return ["_".join(map(str, path)) for path, _ in keras.tree.flatten_with_path(structure)]


def _floor_mod(context: Any, node: Any, _name: str, _args: Sequence[Any]) -> None:
    """Convert the remainder of integers, which has the sign of the divisor in both."""
    _check_integers(context, node)
    node.type = "Mod"


def _floor_div(context: Any, node: Any, _name: str, _args: Sequence[Any]) -> None:
    """Convert the quotient of integers, rounded down: subtract the remainder, then divide."""
    _check_integers(context, node)
    dividend, divisor = node.input
    remainder = context.make_node("Mod", [dividend, divisor])
    whole = context.make_node("Sub", [dividend, remainder.output[0]])
    context.replace_all_inputs(dividend, whole.output[0], ops=[node])
    node.type = "Div"


def _check_integers(context: Any, node: Any) -> None:
    """Check that numbers are integers: what becomes of others is not what is written here."""
    from onnx import TensorProto

    if context.get_dtype(node.input[0]) not in (TensorProto.INT32, TensorProto.INT64):
        raise ConfigError(f"{node.name}: {node.type} of numbers that are no integers")


def _drop_needless(graph: GraphProto) -> None:
    """Remove inputs and outputs without elements, and then whatever nothing reads."""
    from onnx.numpy_helper import from_array

    outputs = [one for one in graph.output if 0 not in _sizes(one)]
    read = {one.name for one in outputs}
    nodes = []
    for node in reversed(graph.node):  # each stands behind those that it reads
        if read.intersection(node.output):
            nodes.append(node)
            read.update(_read_by(node))
    inputs = [one for one in graph.input if one.name in read]
    # A loop may pass on what has no elements: it gets a constant instead of an input.
    constants = [
        from_array(np.zeros([size or 0 for size in _sizes(one)], np.float32), one.name)
        for one in inputs
        if 0 in _sizes(one)
    ]
    _keep(graph.output, outputs)
    _keep(graph.node, nodes[::-1])
    _keep(graph.input, [one for one in inputs if 0 not in _sizes(one)])
    _keep(graph.initializer, [one for one in graph.initializer if one.name in read] + constants)


def _keep(field: Any, kept: Sequence[Any]) -> None:
    """Keep some of the items of a field of a message."""
    copies = [type(one).FromString(one.SerializeToString()) for one in kept]
    del field[:]
    field.extend(copies)


def _sizes(tensor: Any) -> list[int | None]:
    """The sizes of a tensor's axes, None for those that are open."""
    axes = tensor.type.tensor_type.shape.dim
    return [one.dim_value if one.HasField("dim_value") else None for one in axes]


def _read_by(node: Any) -> Iterator[str]:
    """The names that a node reads, with those that the loop inside it reads from around it."""
    yield from node.input
    for attribute in node.attribute:
        for inner in attribute.g.node:
            yield from _read_by(inner)
        yield from (one.name for one in attribute.g.output)
