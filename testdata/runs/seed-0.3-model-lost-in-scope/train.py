"""A small experiment class whose model never leaves the method that builds it."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import yaml
from sklearn.datasets import make_moons


class Experiment:
    def __init__(self, cfg):
        self.cfg = cfg
        self.model = None
        self.x, self.y = make_moons(
            cfg["dataset_size"], noise=0.15, random_state=cfg["seed"]
        )

    def build(self):
        # The fault: a local name, not self.model, and nothing is returned.
        model = keras.Sequential(
            [
                keras.Input(shape=(2,)),
                keras.layers.Dense(16, activation="relu"),
                keras.layers.Dense(1, activation="sigmoid"),
            ],
            name="moons",
        )
        optimizer = dict(self.cfg["optimizer"])
        model.compile(
            optimizer=getattr(keras.optimizers, optimizer.pop("name"))(**optimizer),
            loss=self.cfg["loss"],
            metrics=self.cfg["metrics"],
        )
        model.summary()

    def train(self):
        self.model.fit(
            self.x,
            self.y,
            batch_size=self.cfg["batch_size"],
            epochs=self.cfg["epochs"],
        )


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    keras.utils.set_random_seed(cfg["seed"])
    experiment = Experiment(cfg)
    experiment.build()
    experiment.train()
    experiment.model.export("model.onnx", format="onnx")


if __name__ == "__main__":
    main()
