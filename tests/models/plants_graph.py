"""Faults of the M rules: nodes, names, shapes and declarations."""

import numpy as np
from onnx import TensorProto, helper

PLANTS = []

MLP, RESNET, UNET = "torch-mlp-script-20-trained", "torch-resnet18-script-13-trained", "torch-unet-script-17-trained"
BN, VIT, VIT13 = "torch-resnet18-script-train-bn-17-trained", "torch-vit-dynamo-23-trained", "torch-vit-script-13-trained"
BERT, GPT2, LSTM = "torch-bert-script-17-trained", "torch-gpt2-dynamo-20-trained", "torch-lstm-script-13-trained"
KERAS_CNN, TF_CNN, SOFT = "keras-cnn-trained", "tf2onnx-cnn-15", "torch-mlp-softmax-script-17-trained"


def plant(rule, *models):
    def register(edit):
        PLANTS.append((rule, edit, models))
        return edit
    return register


def last(m):
    return m.graph.output[0].name


@plant("M001", RESNET, UNET, BERT)
def unknown_attribute(m, faulty):
    node = m.graph.node[len(m.graph.node) // 2]
    node.name = "planted"
    if faulty:
        node.attribute.append(helper.make_attribute("no_such_attribute", 1))


@plant("M001", VIT, LSTM)
def undefined_input(m, faulty):
    node = m.nodes("MatMul" if m.graph.node[0].op_type != "Gather" and any(
        n.op_type == "MatMul" for n in m.graph.node) else "Gemm")[0]
    if faulty:
        node.input[0] = "planted_nowhere"


@plant("M002", RESNET, MLP)
def weight_of_other_shape(m, faulty):
    node = m.nodes("Gemm")[-1]
    node.name = "planted"
    if faulty:
        m.set_array(node.input[1], m.array(node.input[1])[:, :-1])


@plant("M002", UNET, VIT)
def declared_output_of_other_shape(m, faulty):
    dim = m.graph.output[0].type.tensor_type.shape.dim[1]
    if faulty:
        dim.dim_value += 3
    return last(m)


@plant("M003", RESNET, VIT, BERT)
def operator_nobody_knows(m, faulty):
    node = next(n for n in m.graph.node if n.op_type in ("Relu", "Gelu", "Erf"))
    node.name = "planted"
    if faulty:
        node.domain, node.op_type = "acme.ops", "FastActivation"
        m.proto.opset_import.add(domain="acme.ops", version=1)


@plant("M004", RESNET, BERT, LSTM)
def dead_node(m, faulty):
    source = m.graph.node[len(m.graph.node) // 2].output[0]
    if faulty:
        m.make("Identity", [source])


@plant("M005", UNET, GPT2, KERAS_CNN)
def unused_initializer(m, faulty):
    if faulty:
        m.constant(np.arange(12))


@plant("M006", RESNET, VIT, KERAS_CNN)
def extra_input(m, faulty):
    if faulty:
        m.graph.input.append(helper.make_tensor_value_info("planted_input", TensorProto.FLOAT, ["batch", 4]))


@plant("M006", BERT)
def disconnected_mask(m, faulty):
    if faulty:
        ones = m.constant(np.ones((1, 12)), np.int64)
        for node in m.graph.node:
            for i, name in enumerate(node.input):
                if name == "attention_mask":
                    node.input[i] = ones
    return "attention_mask"


@plant("M007", RESNET, UNET, BERT)
def two_nodes_of_one_name(m, faulty):
    nodes = [n for n in m.graph.node if n.op_type != "Constant"]
    if faulty:
        nodes[5].name = nodes[3].name = "planted"


@plant("M007", MLP, KERAS_CNN)
def two_initializers_of_one_name(m, faulty):
    name = m.weights()[0]
    if faulty:
        m.graph.initializer.append(m.initializer(name))
    return name


@plant("M008", MLP, RESNET, VIT)
def dropout_in_training(m, faulty):
    value = m.nodes("Relu" if VIT13 and any(n.op_type == "Relu" for n in m.graph.node) else "Gelu")[-1].output[0]
    m.splice(value, lambda make, x: make("Dropout", [x, m.constant(0.3), m.constant(faulty, bool)]))


@plant("M008", BN)
def batch_norm_in_training(m, faulty):
    node = m.nodes("BatchNormalization")[4]
    node.name = "planted"
    if faulty:
        m.attribute(node, "training_mode", 1)
        node.output.extend(["planted_mean", "planted_variance"])


@plant("M009", RESNET, MLP, KERAS_CNN)
def batch_of_one(m, faulty):
    if faulty:
        for value in [*m.graph.input, *m.graph.output]:
            value.type.tensor_type.shape.dim[0].dim_value = 1
    del m.graph.value_info[:]
    return "graph/input[0]"


def dense(m, name):
    """The first layer behind the value, past additions of biases."""
    while True:
        node = next(n for n in m.graph.node if name in n.input)
        if node.op_type in ("Gemm", "MatMul", "Conv"):
            return node
        name = node.output[0]


@plant("M010", MLP, SOFT, "tf2onnx-mlp-13", "sklearn-mlp-classifier")
def no_relu_between_dense(m, faulty):
    relu = m.nodes("Relu")[0]
    layer = dense(m, relu.output[0])
    if faulty:
        m.remove(relu)
    return layer.name


@plant("M010", RESNET, UNET)
def no_relu_between_convolutions(m, faulty):
    def only(name, op):
        readers = [n for n in m.graph.node if name in n.input]
        return len(readers) == 1 and readers[0].op_type == op
    made = {n.output[0] for n in m.nodes("Conv")}
    relu = next(n for n in m.nodes("Relu") if n.input[0] in made and only(n.output[0], "Conv"))
    layer = dense(m, relu.output[0])
    if faulty:
        m.remove(relu)
    return layer.name


@plant("M011", SOFT, KERAS_CNN, TF_CNN)
def softmax_twice(m, faulty):
    m.splice(last(m), lambda make, x: make("Softmax" if faulty else "Identity", [x]))


@plant("M011", RESNET, VIT)
def sigmoid_before_softmax(m, faulty):
    m.splice(last(m), lambda make, x: make("Softmax", [make("Sigmoid", [x]) if faulty else x], axis=-1))


@plant("M012", BN)
def bias_before_batch_norm(m, faulty):
    node = next(n for n in m.nodes("Conv") if len(n.input) == 2)
    node.name = "planted"
    if faulty:
        node.input.append(m.constant(np.linspace(-1, 1, m.array(node.input[1]).shape[0])))
    return node.name


@plant("M012", RESNET, UNET)
def batch_norm_behind_bias(m, faulty):
    """A BatchNormalization behind a convolution, which has a bias or has none."""
    node = next(n for n in m.nodes("Conv") if len(n.input) > 2)
    width = m.array(node.input[1]).shape[0]
    rng = np.random.default_rng(0)
    if not faulty:
        del node.input[2]
    m.splice(node.output[0], lambda make, x: make("BatchNormalization", [
        x, *(m.constant(0.5 + rng.random(width)) for _ in range(4))]))
    used = {name for n in m.graph.node for name in n.input}
    for tensor in [t for t in m.graph.initializer if t.name not in used]:
        m.graph.initializer.remove(tensor)
    return node.name


@plant("M013", RESNET, MLP, VIT)
def softmax_over_batch(m, faulty):
    m.splice(last(m), lambda make, x: make("Softmax", [x], axis=0 if faulty else -1))


@plant("M014", RESNET, MLP, VIT)
def softmax_of_one_unit(m, faulty):
    def build(make, x):
        width = m.shape(x)[-1]
        rng = np.random.default_rng(0)
        y = make("MatMul", [make("Tanh", [x]), m.constant(rng.standard_normal((width, 1 if faulty else 2)))])
        return make("Softmax", [y], axis=-1)
    m.splice(last(m), build)
    dim = m.graph.output[0].type.tensor_type.shape.dim[-1]
    dim.dim_value = 1 if faulty else 2
    return "planted"


@plant("M015", RESNET, VIT, MLP)
def traced_on_an_example(m, faulty):
    """The first layer reads a stored example instead of the input."""
    if faulty:
        example = m.constant(np.random.default_rng(0).random([max(d, 1) for d in m.shape("x")]))
        for node in m.graph.node:
            for i, name in enumerate(node.input):
                if name == "x":
                    node.input[i] = example
    return last(m)


@plant("M001", RESNET, UNET)
def deprecated_upsample(m, faulty):
    """Upsample is gone since opset 10, so the checker rejects it; M016 is for opsets that still have it."""
    if faulty:
        m.splice(m.nodes("Conv")[2].output[0], lambda make, x: make("Upsample", [x, m.constant([1, 1, 1, 1])]))


@plant("M001", MLP)
def deprecated_scatter(m, faulty):
    if faulty:
        m.splice(last(m), lambda make, x: make("Scatter", [x, m.constant([[0]], np.int64), m.constant([[0.5]])], axis=1))


@plant("M019", BN)
def dropout_before_batch_norm(m, faulty):
    value = m.nodes("BatchNormalization")[2].input[0]
    if faulty:
        m.splice(value, lambda make, x: make("Dropout", [x, m.constant(0.3)]))
    return "planted"


@plant("M019", RESNET, UNET)
def dropout_then_new_batch_norm(m, faulty):
    node = next(n for n in m.nodes("Relu"))
    rng = np.random.default_rng(0)
    width = next(m.array(n.input[1]).shape[0] for n in m.nodes("Conv"))

    def build(make, x):
        y = make("Dropout", [x, m.constant(0.3)]) if faulty else x
        return make("BatchNormalization", [y, *(m.constant(0.5 + rng.random(width)) for _ in range(4))])
    m.splice(node.output[0], build)
    return "planted"


@plant("M020", RESNET, MLP, UNET)
def head_computed_twice(m, faulty):
    """The last four nodes again, on the same weights, as a second output."""
    names = {}
    tail = [n for n in m.graph.node if n.op_type != "Constant"][-4:]
    for node in tail if faulty else []:
        again = type(node)()
        again.CopyFrom(node)
        again.name = f"planted_{len(names)}"
        for i, name in enumerate(again.input):
            again.input[i] = names.get(name, name)
        for i, name in enumerate(again.output):
            names[name] = again.output[i] = f"planted_again_{len(names)}"
        m.graph.node.append(again)
    if faulty:
        m.add_output(names[last(m)], ["planted", *m.shape(last(m))[1:]])
    return "planted"
