import argparse
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--batch_size", type=int, default=0, help="0 lets the program choose")
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--lr", type=float, default=0.001)
args = parser.parse_args()

keras.utils.set_random_seed(7)
x = np.random.rand(100, 4).astype("float32")
y = x.sum(axis=1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=args.lr), loss="mse")
model.fit(x, y, batch_size=args.batch_size, epochs=args.epochs, verbose=2)
