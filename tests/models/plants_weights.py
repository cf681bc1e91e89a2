"""Faults of the W rules: numbers in the initializers."""

import numpy as np
from onnx import numpy_helper

PLANTS = []

MLP, RESNET, UNET = "torch-mlp-script-20-trained", "torch-resnet18-script-13-trained", "torch-unet-script-17-trained"
BN, VIT, BERT = "torch-resnet18-script-train-bn-17-trained", "torch-vit-dynamo-23-trained", "torch-bert-script-17-trained"
GPT2, LSTM, GRU = "torch-gpt2-dynamo-20-trained", "torch-lstm-script-13-trained", "torch-gru-script-20-trained"
KERAS_CNN, KERAS_RES, TF_CNN = "keras-cnn-trained", "keras-resnet-trained", "tf2onnx-cnn-15"


def plant(rule, *models):
    def register(edit):
        PLANTS.append((rule, edit, models))
        return edit
    return register


def change(m, name, faulty, edit):
    if faulty:
        array = m.array(name)
        changed = edit(array)
        m.set_array(name, (array if changed is None else changed).astype(array.dtype))
    return name


@plant("W001", RESNET, BERT, LSTM, KERAS_CNN)
def one_nan(m, faulty):
    def edit(a):
        a.flat[a.size // 2] = np.nan
    return change(m, m.weights()[0], faulty, edit)


@plant("W001", UNET, GPT2, MLP)
def infinities(m, faulty):
    def edit(a):
        a.flat[:3] = [np.inf, -np.inf, np.inf]
    return change(m, m.weights()[1], faulty, edit)


@plant("W002", MLP, RESNET, UNET, VIT, TF_CNN)
def zero_matrix(m, faulty):
    return change(m, m.weights((2, 4))[1], faulty, np.zeros_like)


@plant("W003", MLP, RESNET, UNET, VIT, KERAS_RES)
def constant_matrix(m, faulty):
    return change(m, m.weights((2, 4))[1], faulty, lambda a: np.full_like(a, 0.01))


def torch_uniform(rng, shape, fan_in):
    bound = 1 / np.sqrt(fan_in)
    return rng.uniform(-bound, bound, shape)


@plant("W004", MLP, "torch-mlp-dynamo-24-trained", "torch-mlp-softmax-script-17-trained")
def fresh_torch_dense(m, faulty):
    """Every Gemm's weight and bias as nn.Linear draws them."""
    if faulty:
        rng = np.random.default_rng(1)
        for node in m.nodes("Gemm"):
            weight = m.array(node.input[1])
            m.set_array(node.input[1], torch_uniform(rng, weight.shape, weight.shape[1]).astype(np.float32))
            m.set_array(node.input[2], torch_uniform(rng, weight.shape[:1], weight.shape[1]).astype(np.float32))
    return "graph"


@plant("W004", BN)
def fresh_torch_resnet(m, faulty):
    if faulty:
        rng = np.random.default_rng(1)
        for node in m.nodes("Conv") + m.nodes("Gemm"):
            weight = m.array(node.input[1])
            fan_in = int(np.prod(weight.shape[1:]))
            m.set_array(node.input[1], torch_uniform(rng, weight.shape, fan_in).astype(np.float32))
            if len(node.input) > 2:
                m.set_array(node.input[2], torch_uniform(rng, weight.shape[:1], fan_in).astype(np.float32))
        for node in m.nodes("BatchNormalization"):
            for name, value in zip(node.input[1:], (1, 0, 0, 1)):
                if any(t.name == name for t in m.graph.initializer):
                    m.set_array(name, np.full_like(m.array(name), value))
    return "graph"


@plant("W004", "keras-mlp-trained")
def fresh_keras_dense(m, faulty):
    """Glorot's uniform law and biases of 0."""
    if faulty:
        rng = np.random.default_rng(1)
        for name in m.weights(2):
            shape = m.array(name).shape
            bound = np.sqrt(6 / sum(shape))
            m.set_array(name, rng.uniform(-bound, bound, shape).astype(np.float32))
        for node in m.nodes("Add"):
            for name in node.input:
                if any(t.name == name for t in m.graph.initializer):
                    m.set_array(name, np.zeros_like(m.array(name)))
    return "graph"


@plant("W005", "torch-mlp-script-20-trained", "torch-mlp-dynamo-24-trained", "torch-mlp-softmax-script-17-trained")
def dead_dense_units(m, faulty):
    """Half the units of a layer get no input and a negative bias."""
    node = m.nodes("Gemm")[1]
    if faulty:
        weight, bias = m.array(node.input[1]), m.array(node.input[2])
        weight[::2], bias[::2] = 0, -0.1
        m.set_array(node.input[1], weight)
        m.set_array(node.input[2], bias)
    return node.input[1]


@plant("W005", UNET, RESNET, TF_CNN)
def dead_filters(m, faulty):
    """Of a convolution whose result goes nowhere else: where branches join, others may use the channels."""
    def behind(name):
        return [n for n in m.graph.node if name in n.input]
    plain = [n for n in m.nodes("Conv") if [r.op_type for r in behind(n.output[0])] == ["Relu"] and
             [r.op_type for r in behind(behind(n.output[0])[0].output[0])] in (["Conv"], ["MaxPool"])]
    node = plain[-1]
    if faulty:
        weight, bias = m.array(node.input[1]), m.array(node.input[2])
        some = max(2, len(bias) // 4)
        weight[:some], bias[:some] = 0, 0
        m.set_array(node.input[1], weight)
        m.set_array(node.input[2], bias)
    return node.input[1]


@plant("W006", MLP, RESNET, UNET, BERT, LSTM, KERAS_RES)
def one_huge(m, faulty):
    def edit(a):
        a.flat[a.size // 3] = 3e12
    return change(m, m.weights((2, 3, 4))[0], faulty, edit)


@plant("W007", RESNET, UNET, VIT, GPT2, KERAS_RES)
def same_matrix_twice(m, faulty):
    by_shape = {}
    for name in m.weights((2, 4)):
        shape = m.array(name).shape
        if shape in by_shape:
            if faulty:
                m.set_array(name, m.array(by_shape[shape]))
            return name
        by_shape[shape] = name
    raise AssertionError("no two of one shape")


def batch_norm(which):
    def edit(m, faulty):
        node = m.nodes("BatchNormalization")[which]
        if faulty:
            for name, value in zip(node.input[3:5], (0, 1)):
                m.set_array(name, np.full_like(m.array(name), value))
        return node.name
    edit.__name__ = f"untouched_statistics_{which}"
    return edit


for number in (0, 3, 7, 11, 16):
    plant("W008", BN)(batch_norm(number))


def negative_variance(which):
    def edit(m, faulty):
        name = m.nodes("BatchNormalization")[which].input[4]

        def change_one(a):
            a[0] = -0.25
        return change(m, name, faulty, change_one)
    edit.__name__ = f"negative_variance_{which}"
    return edit


for number in (0, 2, 8, 12, 15):
    plant("W009", BN)(negative_variance(number))
