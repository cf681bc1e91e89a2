"""Writes a regression and its training step (Gradient, Momentum) into one model: training_info."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PREVIEW = "ai.onnx.preview.training"
rng = np.random.default_rng(0)


def tensor(name, array):
    return numpy_helper.from_array(np.asarray(array, dtype=np.float32), name)


def info(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


graph = helper.make_graph(
    [helper.make_node("Gemm", ["x", "w1", "b1"], ["h"], name="hidden"),
     helper.make_node("Tanh", ["h"], ["t"], name="tanh"),
     helper.make_node("Gemm", ["t", "w2", "b2"], ["y"], name="head")],
    "regression", [info("x", ["batch", 4])], [info("y", ["batch", 1])],
    [tensor("w1", rng.normal(0, 0.5, (4, 6))), tensor("b1", np.zeros(6)),
     tensor("w2", rng.normal(0, 0.4, (6, 1))), tensor("b2", np.zeros(1))])

names = ["w1", "b1", "w2", "b2"]
shapes = {"w1": (4, 6), "b1": (6,), "w2": (6, 1), "b2": (1,)}
step = helper.make_graph(
    [helper.make_node("Sub", ["y", "target"], ["difference"]),
     helper.make_node("Mul", ["difference", "difference"], ["square"]),
     helper.make_node("ReduceMean", ["square"], ["loss"], keepdims=0),
     helper.make_node("Gradient", names + ["x", "target"], ["d_" + n for n in names], domain=PREVIEW,
                      xs=names, zs=["x", "target"], y="loss"),
     helper.make_node("Momentum",
                      ["rate", "step"] + names + ["d_" + n for n in names] + ["v_" + n for n in names],
                      ["new_" + n for n in names] + ["new_v_" + n for n in names], domain=PREVIEW,
                      alpha=0.9, beta=1.0, mode="standard", norm_coefficient=0.0),
     helper.make_node("Add", ["step", "one"], ["new_step"])],
    "step", [info("target", ["batch", 1])],
    [info("loss", [])] + [info("new_" + n, list(shapes[n])) for n in names]
    + [info("new_v_" + n, list(shapes[n])) for n in names]
    + [helper.make_tensor_value_info("new_step", TensorProto.INT64, [])],
    [tensor("rate", 0.01), numpy_helper.from_array(np.int64(0), "step"),
     numpy_helper.from_array(np.int64(1), "one")]
    + [tensor("v_" + n, np.zeros(shapes[n])) for n in names])
bindings = [(n, "new_" + n) for n in names] + [("v_" + n, "new_v_" + n) for n in names] + [("step", "new_step")]

model = helper.make_model(graph, ir_version=9, producer_name="train.py", opset_imports=[
    helper.make_opsetid("", 17), helper.make_opsetid(PREVIEW, 1)])
model.training_info.append(helper.make_training_info(step, bindings, None, None))
onnx.save(model, "model.onnx")
