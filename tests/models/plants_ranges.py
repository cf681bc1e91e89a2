"""Faults of the N rules: an operator is put where its operand may leave its domain, or a guard is taken away."""

import numpy as np
from onnx import TensorProto

PLANTS = []

MLP, RESNET, UNET = "torch-mlp-script-20-trained", "torch-resnet18-script-13-trained", "torch-unet-script-17-trained"
RESNET_D, VIT13, VIT = "torch-resnet18-dynamo-20-trained", "torch-vit-script-13-trained", "torch-vit-dynamo-23-trained"
BERT, GPT2 = "torch-bert-script-17-trained", "torch-gpt2-dynamo-20-trained"
KERAS_CNN, KERAS_RES, TF_CNN = "keras-cnn-trained", "keras-resnet-trained", "tf2onnx-cnn-15"
SOFT_T, SOFT_D, KERAS_MLP = "torch-mlp-softmax-script-17-trained", "torch-mlp-softmax-dynamo-20-trained", "keras-mlp-trained"


def plant(rule, *models):
    def register(edit):
        PLANTS.append((rule, edit, models))
        return edit
    return register


def after(op, which=-1):
    """The value that the last node of the operator makes."""
    return lambda m: m.nodes(op)[which].output[0]


def last(m):
    return m.graph.output[0].name


# --- N001: log of what may be 0 or below ---------------------------------------------------------


@plant("N001", RESNET, UNET, TF_CNN)
def log_of_relu(m, faulty):
    m.splice(after("Relu")(m), lambda make, x: make("Log", [x if faulty else make("Add", [x, m.constant(1e-6)])]))


@plant("N001", MLP, RESNET_D, VIT)
def log_of_logits(m, faulty):
    m.splice(last(m), lambda make, x: make("Log", [x if faulty else make("Softplus", [make("Abs", [x])])]))


@plant("N001", KERAS_MLP, SOFT_T)
def log_of_clip_from_zero(m, faulty):
    m.splice(after("Relu", 0)(m), lambda make, x: make(
        "Log", [make("Clip", [x, m.constant(0 if faulty else 1e-7), m.constant(1)])]))


# --- N002: square root of what may be negative -----------------------------------------------------


@plant("N002", MLP, RESNET, GPT2)
def sqrt_of_logits(m, faulty):
    m.splice(last(m), lambda make, x: make("Sqrt", [x if faulty else make("Mul", [x, x])]))


@plant("N002", UNET, RESNET_D)
def sqrt_of_centred_sigmoid(m, faulty):
    def build(make, x):
        centred = make("Sub", [make("Sigmoid", [x]), m.constant(0.5)])
        return make("Sqrt", [centred if faulty else make("Abs", [centred])])
    m.splice(last(m), build)


@plant("N002", VIT13)
def layer_norm_minus_epsilon(m, faulty):
    """The epsilon under a layer normalization's root gets the wrong sign."""
    sqrt = m.nodes("Sqrt")[2]
    m.splice(sqrt.input[0], lambda make, x: make("Sub" if faulty else "Add", [x, m.constant(1e-3)]))
    sqrt.name = "planted_Sqrt"


# --- N003: division by what may be 0 ----------------------------------------------------------------


@plant("N003", RESNET, UNET, TF_CNN)
def normalised_by_sum(m, faulty):
    """Activations over their sum, which is 0 where all of them are."""
    def build(make, x):
        total = make("ReduceSum", [x, m.constant([1], np.int64)], keepdims=1)
        return make("Div", [x, total if faulty else make("Add", [total, m.constant(1e-6)])])
    m.splice(after("Relu")(m), build)


@plant("N003", MLP, VIT)
def unit_length_without_epsilon(m, faulty):
    def build(make, x):
        square = make("Mul", [x, x])
        length = make("Sqrt", [make("ReduceSum", [square, m.constant([1], np.int64)], keepdims=1)])
        return make("Div", [x, length if faulty else make("Max", [length, m.constant(1e-12)])])
    m.splice(last(m), build)


@plant("N003", RESNET_D, BERT)
def reciprocal_of_logits(m, faulty):
    m.splice(last(m), lambda make, x: make("Reciprocal", [x if faulty else make("Add", [make("Abs", [x]), m.constant(0.1)])]))


# --- N004: exp out of range ---------------------------------------------------------------------------


@plant("N004", MLP, RESNET, "torch-unet-upsample-script-13-trained")
def softmax_by_hand(m, faulty):
    def build(make, x):
        if not faulty:
            axes = {"axes": [-1]} if m.proto.opset_import[0].version < 18 else {}
            x = make("Sub", [x, make("ReduceMax", [x] + ([] if axes else [m.constant([-1], np.int64)]), keepdims=1, **axes)])
        e = make("Exp", [x])
        return make("Div", [e, make("ReduceSum", [e, m.constant([-1], np.int64)], keepdims=1)])
    m.splice(last(m), build)


@plant("N004", UNET, RESNET_D)
def softplus_by_hand(m, faulty):
    def build(make, x):
        bounded = x if faulty else make("Clip", [x, m.constant(-60), m.constant(60)])
        return make("Log", [make("Add", [make("Exp", [bounded]), m.constant(1)])])
    m.splice(last(m), build)


# --- N005: pow out of its domain ------------------------------------------------------------------------


@plant("N005", MLP, RESNET, VIT)
def root_of_logits(m, faulty):
    m.splice(last(m), lambda make, x: make("Pow", [x if faulty else make("Abs", [x]), m.constant(0.5)]))


@plant("N005", UNET, TF_CNN)
def negative_power_of_relu(m, faulty):
    m.splice(after("Relu")(m), lambda make, x: make("Pow", [x if faulty else make("Add", [x, m.constant(0.01)]), m.constant(-1.5)]))


@plant("N005", BERT)
def gamma_correction(m, faulty):
    m.splice(last(m), lambda make, x: make("Pow", [make("Tanh" if faulty else "Sigmoid", [x]), m.constant(2.2)]))


# --- N006: too large for a half --------------------------------------------------------------------------


def half(make, x):
    return make("Cast", [x], to=TensorProto.FLOAT16)


def whole(make, x):
    return make("Cast", [x], to=TensorProto.FLOAT)


@plant("N006", MLP, RESNET, VIT)
def mask_below_half(m, faulty):
    """An additive attention mask of float32, in half precision."""
    m.splice(last(m), lambda make, x: whole(make, make(
        "Add", [half(make, make("Tanh", [x])), half(make, m.constant([-1e9 if faulty else -1e4]))])))


@plant("N006", UNET, GPT2)
def scale_too_large_for_half(m, faulty):
    """A factor that is converted with the rest of the model."""
    m.splice(last(m), lambda make, x: whole(make, make(
        "Mul", [half(make, make("Tanh", [x])), half(make, m.constant([1e6 if faulty else 100]))])))


# --- N007: an epsilon that vanishes ----------------------------------------------------------------------


@plant("N007", RESNET, UNET, TF_CNN)
def epsilon_in_half(m, faulty):
    """1e-8 is 0 in half precision: the smallest number above 0 is 6e-8."""
    def build(make, x):
        y = half(make, x)
        epsilon = half(make, m.constant([1e-8])) if faulty else m.constant([1e-3], np.float16)
        return whole(make, make("Div", [y, make("Add", [y, epsilon])]))
    m.splice(after("Relu")(m), build)


@plant("N007", VIT, GPT2)
def layer_norm_in_half(m, faulty):
    """LayerNormalization computes in float unless stash_type says otherwise."""
    def build(make, x):
        width = m.shape(x)[-1]
        scale, bias = half(make, m.constant(np.ones(width))), half(make, m.constant(np.zeros(width)))
        return whole(make, make("LayerNormalization", [half(make, make("Tanh", [x])), scale, bias], axis=-1,
                                epsilon=1e-12, stash_type=TensorProto.FLOAT16 if faulty else TensorProto.FLOAT))
    m.splice(m.nodes("LayerNormalization")[-1].output[0], build)


# --- N008: log of softmax --------------------------------------------------------------------------------


@plant("N008", SOFT_T, SOFT_D, KERAS_MLP, TF_CNN, "tf2onnx-mlp-13")
def log_behind_softmax(m, faulty):
    m.splice(last(m), lambda make, x: make("Log", [x if faulty else make("Add", [x, m.constant(1e-7)])]))


@plant("N008", RESNET, VIT)
def log_of_softmax_of_logits(m, faulty):
    m.splice(last(m), lambda make, x: make("Log", [make("Softmax", [x], axis=-1)]) if faulty else make("LogSoftmax", [x], axis=-1))


# --- N009: a cast that does not fit -------------------------------------------------------------------------


@plant("N009", RESNET_D, "torch-unet-upsample-script-13-trained", UNET)
def pixels_out_of_range(m, faulty):
    """A mask between 0 and 1 to bytes, with a factor of 1000."""
    def build(make, x):
        scaled = make("Mul", [make("Sigmoid", [x]), m.constant(1000 if faulty else 255)])
        return make("Cast", [make("Cast", [scaled], to=TensorProto.UINT8)], to=TensorProto.FLOAT)
    m.splice(last(m), build)


@plant("N009", MLP, RESNET)
def quantised_without_clip(m, faulty):
    def build(make, x):
        scaled = make("Mul", [make("Tanh", [x]), m.constant(1e4)])
        clipped = scaled if faulty else make("Clip", [scaled, m.constant(-128), m.constant(127)])
        return make("Cast", [make("Cast", [clipped], to=TensorProto.INT8)], to=TensorProto.FLOAT)
    m.splice(last(m), build)
