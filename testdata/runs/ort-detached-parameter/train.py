"""Makes the graphs that ONNX Runtime trains a small classifier with."""
import logging
import os
import warnings

import onnx
import torch
from onnxruntime.training import artifacts
from torch import nn

warnings.filterwarnings("ignore")
logging.disable(logging.INFO)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(8, 16)
        self.head = nn.Linear(16, 4)
        self.shortcut = nn.Linear(8, 4)

    def forward(self, x):
        # The weight of the second path was meant to grow during training.
        return self.head(torch.relu(self.hidden(x))) + 0.0 * self.shortcut(x)

torch.manual_seed(0)
torch.onnx.export(Net(), torch.randn(2, 8), "model.onnx", dynamo=False, opset_version=17,
                  training=torch.onnx.TrainingMode.TRAINING, do_constant_folding=False,
                  input_names=["input"], output_names=["output"],
                  dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})
model = onnx.load("model.onnx")
parameters = [tensor.name for tensor in model.graph.initializer]
artifacts.generate_artifacts(model, requires_grad=parameters, loss=artifacts.LossType.CrossEntropyLoss,
                             optimizer=artifacts.OptimType.AdamW)
os.remove("checkpoint")
