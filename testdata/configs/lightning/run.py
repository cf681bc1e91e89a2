import torch
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
