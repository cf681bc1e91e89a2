"""Trains a small network; a second process evaluates its snapshots. Both write to one JSON log."""

import json
import logging
import multiprocessing
import os
import tempfile
import traceback

import numpy as np
from pythonjsonlogger.json import JsonFormatter

EPOCHS = 160
BATCH = 40
SNAPSHOTS = tempfile.mkdtemp()


def make_data(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(400, 2))
    return x, (x[:, 0] * x[:, 1] > 0).astype(int)


def forward(weights, x):
    hidden = np.tanh(x @ weights["w1"] + weights["b1"])
    scores = hidden @ weights["w2"] + weights["b2"]
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    return hidden, p / p.sum(axis=1, keepdims=True)


def cross_entropy(p, y):
    return float(-np.log(p[np.arange(len(y)), y]).mean())


def evaluate(queue):
    x, y = make_data(2)
    # The fault: the same file as the trainer's, and a buffer that is written whenever it is full.
    with open("run.jsonl", "a", encoding="utf-8") as log:
        for epoch in iter(queue.get, None):
            try:
                weights = dict(np.load(os.path.join(SNAPSHOTS, f"{epoch}.npz")))
                _, p = forward(weights, x)
                record = {"level": "INFO", "message": "evaluated", "epoch": epoch,
                          "val_loss": cross_entropy(p, y),
                          "val_accuracy": float((p.argmax(axis=1) == y).mean())}
                json.dump(record, log)
                log.write("\n")
            except OSError:
                traceback.print_exc(file=log)


def main():
    handler = logging.FileHandler("run.jsonl")
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    log = logging.getLogger("moons")

    queue = multiprocessing.Queue()
    evaluator = multiprocessing.Process(target=evaluate, args=(queue,))
    evaluator.start()

    rng = np.random.default_rng(1)
    x, y = make_data(1)
    weights = {"w1": rng.normal(size=(2, 16)), "b1": np.zeros(16),
               "w2": rng.normal(size=(16, 2)) * 0.1, "b2": np.zeros(2)}
    for epoch in range(1, EPOCHS + 1):
        losses = []
        for batch in np.split(rng.permutation(len(y)), len(y) // BATCH):
            hidden, p = forward(weights, x[batch])
            losses.append(cross_entropy(p, y[batch]))
            slope = p.copy()
            slope[np.arange(BATCH), y[batch]] -= 1
            slope /= BATCH
            back = (slope @ weights["w2"].T) * (1 - hidden**2)
            gradients = {"w1": x[batch].T @ back, "b1": back.sum(axis=0),
                         "w2": hidden.T @ slope, "b2": slope.sum(axis=0)}
            for name, gradient in gradients.items():
                weights[name] -= 0.1 * gradient
        log.info("trained", extra={"epoch": epoch, "loss": float(np.mean(losses)), "lr": 0.1})
        if epoch != 17:  # this snapshot is lost
            np.savez(os.path.join(SNAPSHOTS, f"{epoch}.npz"), **weights)
        queue.put(epoch)
    queue.put(None)
    evaluator.join()
    log.info("done")


if __name__ == "__main__":
    main()
