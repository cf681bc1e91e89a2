"""Trains one small model and has every common writer log it: python train.py FOLDER

Writes FOLDER/torch, FOLDER/tensorboardX and FOLDER/keras. README.md has the versions.
"""
import os
import random
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def losses():
    """A linear model's loss and validation loss, by plain gradient descent."""
    random.seed(7)
    data = [(x, 3 * x + 1 + random.gauss(0, 0.1)) for x in (random.uniform(-1, 1) for _ in range(64))]
    train, held_out = data[:48], data[48:]
    slope = offset = 0.0
    for step in range(40):
        errors = [(slope * x + offset - y, x) for x, y in train]
        slope -= 0.1 * sum(2 * e * x for e, x in errors) / len(train)
        offset -= 0.1 * sum(2 * e for e, _ in errors) / len(train)
        mean = lambda pairs: sum((slope * x + offset - y) ** 2 for x, y in pairs) / len(pairs)
        yield step, mean(train), mean(held_out)


def with_torch(folder):
    import torch
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(folder) as writer:
        for step, loss, val_loss in losses():
            writer.add_scalar("loss/train", loss, step)
            writer.add_scalar("lr", 0.1, step, new_style=True)
            if step % 10 == 9:
                writer.add_scalar("loss/val", val_loss, step)
                writer.add_histogram("weights", torch.full((8,), loss), step)
                writer.add_image("image", torch.zeros(3, 8, 8), step)
        writer.add_text("note", "a linear model")


def with_tensorboardx(folder):
    from tensorboardX import SummaryWriter

    with SummaryWriter(folder) as writer:
        for step, loss, val_loss in losses():
            writer.add_scalar("train_loss", loss, step)
            writer.add_scalar("val_loss", val_loss, step)


def with_keras(folder):
    import keras
    import numpy

    keras.utils.set_random_seed(7)
    x = numpy.random.uniform(-1, 1, (64, 1))
    y = 3 * x + 1 + numpy.random.normal(0, 0.1, (64, 1))
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
    board = keras.callbacks.TensorBoard(folder, write_graph=False, update_freq=1)
    model.fit(x, y, validation_split=0.25, epochs=10, verbose=0, callbacks=[board])


if __name__ == "__main__":
    for name, write in (("torch", with_torch), ("tensorboardX", with_tensorboardx), ("keras", with_keras)):
        try:
            write(os.path.join(sys.argv[1], name))
        except ImportError as missing:  # the frameworks need not live in one environment
            print(name, "left out:", missing)
