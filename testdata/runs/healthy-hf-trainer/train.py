"""A tiny BERT, freshly initialised, learns which half of the vocabulary has the majority."""

import logging
import warnings

import torch
import transformers
import yaml

LENGTH = 11
VOCABULARY = 30
EVALUATION = 500
LABEL_NOISE = 0.05


class Sequences(torch.utils.data.Dataset):
    def __init__(self, count, generator):
        self.ids = torch.randint(0, VOCABULARY, (count, LENGTH), generator=generator)
        upper = (self.ids >= VOCABULARY // 2).sum(dim=1)
        wrong = torch.rand(count, generator=generator) < LABEL_NOISE
        self.label = ((upper > LENGTH // 2) ^ wrong).long()

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, index):
        return {"input_ids": self.ids[index], "labels": self.label[index]}


class Logits(torch.nn.Module):
    """What is exported: ids in, logits out."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids):
        mask = torch.ones_like(input_ids)
        return self.model(input_ids=input_ids, attention_mask=mask).logits


def accuracy(prediction):
    hits = prediction.predictions.argmax(-1) == prediction.label_ids
    return {"accuracy": float(hits.mean())}


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    transformers.set_seed(cfg["seed"])
    transformers.utils.logging.set_verbosity_info()
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(cfg["seed"])

    model = transformers.BertForSequenceClassification(
        transformers.BertConfig(
            vocab_size=VOCABULARY,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=24,
            max_position_embeddings=LENGTH,
            num_labels=cfg["classes"],
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )
    opt = cfg["optimizer"]
    trainer = transformers.Trainer(
        model=model,
        args=transformers.TrainingArguments(
            output_dir=".",
            seed=cfg["seed"],
            learning_rate=opt["lr"],
            weight_decay=opt["weight_decay"],
            lr_scheduler_type=cfg["schedule"],
            per_device_train_batch_size=cfg["batch_size"],
            per_device_eval_batch_size=cfg["batch_size"],
            dataloader_drop_last=cfg["drop_last"],
            dataloader_pin_memory=False,
            num_train_epochs=cfg["epochs"],
            logging_steps=25,
            eval_strategy="epoch",
            save_strategy="no",
            report_to=[],
            use_cpu=True,
        ),
        train_dataset=Sequences(cfg["dataset_size"], generator),
        eval_dataset=Sequences(EVALUATION, generator),
        compute_metrics=accuracy,
    )
    trainer.train()
    trainer.save_state()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)  # The exporter's own records.
        torch.onnx.export(
            Logits(model).eval(),
            (torch.randint(0, VOCABULARY, (2, LENGTH)),),
            "model.onnx",
            input_names=["input_ids"],
            output_names=["logits"],
            dynamic_axes={"input_ids": {0: "batch"}, "logits": {0: "batch"}},
            dynamo=False,
        )


if __name__ == "__main__":
    main()
