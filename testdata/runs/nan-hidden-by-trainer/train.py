"""A loss whose gradient becomes NaN; the Trainer keeps NaN out of the logged loss."""

import torch
from torch import nn
from transformers import Trainer, TrainingArguments


class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x, labels):
        out = self.layers(x)[:, 0]
        # The fault: the root of a value that becomes negative, as weights move.
        loss = torch.sqrt(((out - labels) ** 2).mean() - 0.3)
        return {"loss": loss, "logits": out}


def main():
    torch.manual_seed(23)
    torch.set_num_threads(1)
    x = torch.randn(480, 4)
    labels = x @ torch.tensor([1.0, -1.0, 0.5, 2.0])
    data = [{"x": a, "labels": b} for a, b in zip(x, labels)]
    arguments = TrainingArguments(
        output_dir="out", num_train_epochs=4, per_device_train_batch_size=16, logging_steps=5,
        learning_rate=0.02, lr_scheduler_type="constant", save_strategy="no", report_to=[],
        use_cpu=True, disable_tqdm=True, seed=23,
    )
    Trainer(model=Regressor(), args=arguments, train_dataset=data).train()


if __name__ == "__main__":
    main()
