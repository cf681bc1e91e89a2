#!/usr/bin/env python3
"""Writes this folder's files with the frameworks themselves: make_configs.py [SOURCE]...

Wants the packages of requirements.txt. Every source is a function here and a folder beside this file; what a
framework writes beyond configuration (weights, event files) is removed, so that the folders stay small.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3", WANDB_MODE="offline", WANDB_SILENT="true",
                  HF_HUB_OFFLINE="1", MLFLOW_ALLOW_FILE_STORE="true")


def fresh(name):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def keras_models():
    import keras
    def model(frozen):
        layers = [keras.layers.Input((4,)), keras.layers.Dense(8, activation="relu", name="base"),
                  keras.layers.Dense(3, activation="softmax", name="head")]
        made = keras.Sequential(layers, name="classifier")
        for layer in made.layers:
            layer.trainable = not frozen
        return made
    return keras, model


def keras_v3():
    """.keras, .h5 and to_json() of Keras 3: a compiled model, a schedule, all layers frozen."""
    folder = fresh("keras")
    keras, model = keras_models()
    made = model(frozen=False)
    made.compile(optimizer=keras.optimizers.SGD(0.25, momentum=0.9),
                 loss=keras.losses.CategoricalCrossentropy(from_logits=False), metrics=["accuracy"])
    made.save(folder / "sgd.keras")
    made.save(folder / "sgd.h5")
    (folder / "architecture.json").write_text(made.to_json())
    made = model(frozen=True)
    rate = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=500)
    made.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.02), loss="sparse_categorical_crossentropy")
    made.save(folder / "frozen.keras")
    made.save(folder / "frozen.h5")


def saved_model():
    """A SavedModel as tf-keras (Keras 2) writes it, with keras_metadata.pb, and one of Keras 3's export()."""
    folder = fresh("saved-model")
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tf_keras
    made = tf_keras.Sequential([tf_keras.layers.Input((4,)), tf_keras.layers.Dense(3, activation="softmax")])
    made.compile(optimizer=tf_keras.optimizers.Adam(0.002), loss="mse", metrics=["accuracy"])
    made.save(folder / "tf-keras")
    made.save(folder / "tf-keras.h5")
    for unwanted in ("variables", "assets", "fingerprint.pb"):
        path = folder / "tf-keras" / unwanted
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def hugging_face():
    """A Trainer's output: trainer_state.json, config.json, the card's README.md."""
    folder = fresh("hugging-face")
    import torch
    import transformers
    torch.manual_seed(0)
    config = transformers.BertConfig(vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
                                     intermediate_size=8, max_position_embeddings=16, num_labels=3,
                                     problem_type="single_label_classification")
    model = transformers.BertForSequenceClassification(config)
    rows = [{"input_ids": torch.randint(20, (8,)), "labels": torch.tensor(i % 3)} for i in range(48)]
    transformers.logging.set_verbosity_info()
    arguments = transformers.TrainingArguments(
        output_dir=str(folder), num_train_epochs=2, per_device_train_batch_size=8, learning_rate=3e-4,
        warmup_steps=2, weight_decay=0.01, logging_steps=2, save_strategy="epoch", eval_strategy="epoch",
        load_best_model_at_end=True, metric_for_best_model="eval_loss", greater_is_better=False, seed=7,
        report_to=[], use_cpu=True)
    trainer = transformers.Trainer(model, arguments, train_dataset=rows, eval_dataset=rows[:9])
    result = trainer.train()
    trainer.save_model()
    trainer.save_state()
    trainer.save_metrics("all", {**result.metrics, "train_samples": len(rows)})
    (folder / "training_args.json").write_text(arguments.to_json_string())
    trainer.create_model_card(model_name="tiny", tasks="text-classification", finetuned_from="none")
    # training_args.bin is a pickle, which nobody opens, with this machine's paths in it.
    for unwanted in list(folder.glob("*.safetensors")) + list(folder.glob("*.bin")) + list(folder.glob("checkpoint-*")):
        shutil.rmtree(unwanted) if unwanted.is_dir() else unwanted.unlink()


def lightning():
    """hparams.yaml of save_hyperparameters() and config.yaml of LightningCLI."""
    folder = fresh("lightning")
    script = folder / "run.py"
    script.write_text('''import torch
import lightning as L
from lightning.pytorch.cli import LightningCLI

class Model(L.LightningModule):
    def __init__(self, hidden_dim: int = 8, lr: float = 1e-3, dropout: float = 0.1, num_classes: int = 3):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(4, num_classes)
    def training_step(self, batch, index):
        loss = torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])
        self.log("train_loss", loss)
        return loss

class Data(L.LightningDataModule):
    def __init__(self, batch_size: int = 16):
        super().__init__()
        self.save_hyperparameters()
    def train_dataloader(self):
        rows = torch.utils.data.TensorDataset(torch.randn(64, 4), torch.randint(3, (64,)))
        return torch.utils.data.DataLoader(rows, self.hparams.batch_size, shuffle=True)

LightningCLI(Model, Data)
''')
    logger = '{"class_path": "lightning.pytorch.loggers.CSVLogger", "init_args": {"save_dir": "."}}'
    stop = '{"class_path": "lightning.pytorch.callbacks.EarlyStopping", "init_args": {"monitor": "train_loss"}}'
    subprocess.run([sys.executable, "run.py", "fit", "--seed_everything=1", "--trainer.max_epochs=2",
                    "--trainer.accelerator=cpu", "--optimizer=torch.optim.AdamW", "--optimizer.lr=0.005",
                    "--trainer.log_every_n_steps=1", "--trainer.logger=" + logger, "--trainer.callbacks=[" + stop + "]",
                    "--trainer.enable_checkpointing=false"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    version = folder / "lightning_logs/version_0"
    for name in ("config.yaml", "hparams.yaml", "metrics.csv"):
        shutil.move(version / name, folder / name)
    shutil.rmtree(folder / "lightning_logs")
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)


def hydra():
    """.hydra/*.yaml and the log of job_logging."""
    folder = fresh("hydra")
    (folder / "conf").mkdir()
    (folder / "conf/config.yaml").write_text('''defaults:
  - _self_
  - override hydra/job_logging: default
seed: null
optimizer: {_target_: torch.optim.AdamW, lr: 3e-4, weight_decay: 0.01, betas: [0.9, 0.95]}
data: {batch_size: 64, dataset_size: 640, drop_last: true}
trainer: {max_epochs: 3}
''')
    script = folder / "run.py"
    script.write_text('''import logging
import hydra

@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(config):
    for epoch in range(config.trainer.max_epochs):
        logging.getLogger(__name__).info("epoch %d loss %.4f", epoch, 1 / (1 + epoch))

main()
''')
    subprocess.run([sys.executable, "run.py", "trainer.max_epochs=2", "hydra.run.dir=out"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    for path in list((folder / "out").iterdir()):
        shutil.move(path, folder / path.name)
    (folder / "out").rmdir()
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)


def mlflow():
    """A run of the file store: meta.yaml, params/, tags/, metrics/."""
    folder = fresh("mlflow")
    import mlflow
    mlflow.set_tracking_uri((folder / "mlruns").as_uri())
    mlflow.set_experiment("demo")
    with mlflow.start_run(run_name="first"):
        mlflow.log_params({"learning_rate": 1e-3, "optimizer": "Adam", "batch_size": 32, "epochs": 3, "loss": "mse"})
        mlflow.set_tag("framework", "keras")
        for epoch in range(3):
            mlflow.log_metric("loss", 1 / (1 + epoch), step=epoch)
    for meta in list((folder / "mlruns").rglob("meta.yaml")):
        if (meta.parent / "params").is_dir():
            run = folder / meta.parent.name
            shutil.copytree(meta.parent, run, ignore=shutil.ignore_patterns("artifacts", "mlflow.*"))
            # The only line that says where this machine keeps its files.
            lines = meta.read_text().splitlines(keepends=True)
            (run / "meta.yaml").write_text("".join(line for line in lines if not line.startswith("artifact_uri")))
    shutil.rmtree(folder / "mlruns")


def wandb():
    """config.yaml of wandb 0.15.12, by its own writer; wandb-summary.json of an offline run.

    (A run that is not synchronised keeps its configuration in the .wandb file, whatever the version.)
    """
    folder = fresh("wandb")
    import wandb
    from wandb.sdk.lib import config_util
    config = {"learning_rate": 0.005, "optimizer": "adam", "batch_size": 16, "epochs": 2,
              "scheduler": {"name": "cosine", "warmup_steps": 10}, "dropout": 0.2}
    with tempfile.TemporaryDirectory() as scratch:
        run = wandb.init(project="demo", dir=scratch, config=config)
        for step in range(3):
            run.log({"loss": 1 / (1 + step), "learning_rate": 0.001 / (1 + step)})
        run.finish()
        summary = next(pathlib.Path(scratch).glob("wandb/offline-run-*/files/wandb-summary.json"))
        shutil.copy(summary, folder / summary.name)
    config_util.save_config_file_from_dict(str(folder / "config.yaml"), config_util.dict_add_value_dict(config))


def argparse_dumps():
    """What scripts save and print of argparse: args.yaml (timm), args.json, Namespace(...), a dict."""
    folder = fresh("argparse")
    import pprint
    import yaml
    parser = argparse.ArgumentParser()
    for name, default in (("opt", "sgd"), ("lr", 0.05), ("momentum", 0.9), ("weight-decay", 2e-05), ("epochs", 3),
                          ("batch-size", 128), ("warmup-epochs", 5), ("data-dir", "/data/it's"), ("seed", 42),
                          ("smoothing", 0.1), ("drop", 0.0)):
        parser.add_argument("--" + name, default=default, type=type(default))
    parser.add_argument("--amp", action="store_true")
    parser.add_argument("--opt-betas", nargs="+", default=[0.9, 0.999])
    arguments = parser.parse_args([])
    (folder / "args.yaml").write_text(yaml.safe_dump(vars(arguments), default_flow_style=False))
    (folder / "args.json").write_text(json.dumps(vars(arguments), indent=2))
    losses = "".join("Epoch: %d loss: %.4f\n" % (epoch, 2 / (1 + epoch)) for epoch in range(3))
    (folder / "namespace.log").write_text("%s\n%s" % (arguments, losses))
    (folder / "dict.log").write_text("%s\n%s" % (vars(arguments), losses))
    (folder / "pprint.log").write_text("%s\n%s" % (pprint.pformat(vars(arguments)), losses))


def accelerate():
    """default_config.yaml of `accelerate config default`, with half precision."""
    folder = fresh("accelerate")
    from accelerate.utils import write_basic_config
    write_basic_config(mixed_precision="fp16", save_location=str(folder / "default_config.yaml"))


SOURCES = {"keras": keras_v3, "saved-model": saved_model, "hugging-face": hugging_face, "lightning": lightning,
           "hydra": hydra, "mlflow": mlflow, "wandb": wandb, "argparse": argparse_dumps, "accelerate": accelerate}

def scrub(folder):
    """Takes this machine's paths out of what was written."""
    for path in folder.rglob("*"):
        if not path.is_file() or path.suffix in (".keras", ".h5", ".pb"):
            continue
        text = path.read_text()
        clean = text.replace(str(HERE), "/runs").replace(sys.prefix, "/venv").replace(os.uname().nodename, "host")
        if clean != text:
            path.write_text(clean)


if __name__ == "__main__":
    for source in sys.argv[1:] or SOURCES:
        # One process a source: frameworks change the process they are imported into.
        if sys.argv[1:] == [source]:
            SOURCES[source]()
            scrub(HERE / source)
        else:
            subprocess.run([sys.executable, __file__, source], check=True)
