"""Small edits of ONNX models, with which faults are planted."""

import functools
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MODELS = pathlib.Path(__file__).resolve().parents[2] / "testdata/models"


@functools.lru_cache(maxsize=None)
def _bytes(name):
    return (MODELS / f"{name}.onnx").read_bytes()


class Model:
    """A model of testdata/models. What is added is named "planted...", which findings' places then show."""

    def __init__(self, name):
        self.proto = onnx.load_from_string(_bytes(name))
        self.graph = self.proto.graph
        self.count = 0
        self.types = None

    def nodes(self, op):
        found = [node for node in self.graph.node if node.op_type == op]
        assert found, f"no {op}"
        return found

    def shape(self, value):
        """As inferred; -1 where it is not known."""
        if self.types is None:
            inferred = onnx.shape_inference.infer_shapes(self.proto).graph
            self.types = {v.name: v for v in [*inferred.value_info, *inferred.input, *inferred.output]}
        dims = self.types[value].type.tensor_type.shape.dim
        return [d.dim_value if d.HasField("dim_value") else -1 for d in dims]

    def initializer(self, name):
        return next(t for t in self.graph.initializer if t.name == name)

    def array(self, name):
        return numpy_helper.to_array(self.initializer(name)).copy()

    def set_array(self, name, array):
        old = self.initializer(name)
        old.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array), name))

    def weights(self, rank=None, least=16):
        """Names of float initializers, the largest first."""
        found = [t for t in self.graph.initializer if t.data_type == TensorProto.FLOAT and np.prod(t.dims) >= least and
                 (rank is None or len(t.dims) in (rank if isinstance(rank, tuple) else (rank,)))]
        assert found, "no such weight"
        return [t.name for t in sorted(found, key=lambda t: -np.prod(t.dims))]

    def constant(self, value, dtype=np.float32):
        self.count += 1
        name = f"planted_constant_{self.count}"
        self.graph.initializer.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def make(self, op, inputs, at=None, outputs=1, **attributes):
        """A new node; `at` is where in the list, by default the end. Its (first) output."""
        self.count += 1
        names = [f"planted_value_{self.count}_{i}" for i in range(outputs)]
        node = helper.make_node(op, inputs, names, name=f"planted_{op}_{self.count}", **attributes)
        if at is None:
            self.graph.node.append(node)
        else:
            self.graph.node.insert(at, node)
        return names[0]

    def position(self, value):
        """Of the node that makes the value."""
        return next(i for i, node in enumerate(self.graph.node) if value in node.output)

    def splice(self, value, build):
        """What read `value` now reads build(make, value), where make(op, inputs, **attributes) adds nodes behind it."""
        readers = [(node, i) for node in self.graph.node for i, name in enumerate(node.input) if name == value]
        position = [self.position(value) + 1]

        def make(op, inputs, **attributes):
            out = self.make(op, inputs, at=position[0], **attributes)
            position[0] += 1
            return out

        result = build(make, value)
        for node, i in readers:
            node.input[i] = result
        for output in self.graph.output:
            if output.name == value:  # the graph's output keeps its name
                producer = self.graph.node[self.position(result)]
                old = self.graph.node[self.position(value)]
                fresh = value + "_before"
                for node in self.graph.node:
                    for i, name in enumerate(node.input):
                        if name == value:
                            node.input[i] = fresh
                old.output[list(old.output).index(value)] = fresh
                producer.output[list(producer.output).index(result)] = value
        return result

    def remove(self, node):
        """A node of one input and one output; its readers read its input."""
        source, target = node.input[0], node.output[0]
        self.graph.node.remove(node)
        for other in self.graph.node:
            for i, name in enumerate(other.input):
                if name == target:
                    other.input[i] = source
        return source

    def add_output(self, value, dims, kind=TensorProto.FLOAT):
        self.graph.output.append(helper.make_tensor_value_info(value, kind, dims))

    def attribute(self, node, name, value):
        kept = [a for a in node.attribute if a.name != name]
        del node.attribute[:]
        node.attribute.extend(kept + [helper.make_attribute(name, value)])
