"""Four small trainings with transformers' Trainer: trainer_state.json, its records as JSON lines, and what it prints."""

import contextlib
import json
import os
import shutil

import torch
import transformers


class Data(torch.utils.data.Dataset):
    def __init__(self, seed):
        self.x = torch.randn(96, 4, generator=torch.Generator().manual_seed(seed))

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return {"x": self.x[i], "labels": (self.x[i].sum() > 0).float()}


class Model(torch.nn.Module):
    def __init__(self, breaks_at=None):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
        self.breaks_at = breaks_at
        self.calls = 0

    def forward(self, x, labels):
        logits = self.layers(x).squeeze(1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
        self.calls += self.training
        if self.breaks_at is not None and self.calls > self.breaks_at:
            loss = loss * float("nan")
        return {"loss": loss, "logits": logits}


class Lines(transformers.TrainerCallback):
    def __init__(self, path):
        self.path = path

    def on_log(self, args, state, control, logs=None, **_):
        with open(self.path, "a") as out:
            out.write(json.dumps({**logs, "step": state.global_step}) + "\n")


def main():
    runs = {
        "evaluates": ({"eval_strategy": "epoch"}, Data(2), None),
        "two-sets": ({"eval_strategy": "steps", "eval_steps": 10}, {"news": Data(2), "mail": Data(3)}, None),
        "nan": ({"logging_nan_inf_filter": False}, None, 15),
        "no-evaluation": ({"lr_scheduler_type": "cosine", "warmup_steps": 5}, None, None),
    }
    for name, (settings, evaluation, breaks_at) in runs.items():
        folder = "hugging-face/" + name
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        transformers.set_seed(7)
        arguments = transformers.TrainingArguments(
            "/tmp/hugging-face", num_train_epochs=4, per_device_train_batch_size=16, learning_rate=0.05,
            logging_steps=4, report_to=[], use_cpu=True, save_strategy="no", disable_tqdm=True, **settings)
        trainer = transformers.Trainer(Model(breaks_at), arguments, train_dataset=Data(1), eval_dataset=evaluation,
                                       callbacks=[Lines(folder + "/metrics.jsonl")])
        with open(folder + "/run.log", "w") as out, contextlib.redirect_stdout(out):
            trainer.train()
        trainer.state.save_to_json(folder + "/trainer_state.json")


main()
