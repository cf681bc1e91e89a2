"""The networks that PyTorch exports, written out here: CPU builds come without torchvision.

Each builder takes a width, so that the same graph makes a file of tens of kilobytes or one of realistic size.
"""

import torch
from torch import nn
from torch.nn import functional as F


class Mlp(nn.Sequential):
    def __init__(self, inputs=16, hidden=32, classes=6):
        super().__init__(nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(0.2), nn.Linear(hidden, hidden),
                         nn.ReLU(), nn.Linear(hidden, classes))


class MlpProbabilities(nn.Module):
    """A classifier that is exported with its softmax, as for deployment."""

    def __init__(self):
        super().__init__()
        self.body = Mlp()

    def forward(self, x):
        return self.body(x).softmax(dim=1)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.down = None
        if stride != 1 or inputs != outputs:
            self.down = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + (x if self.down is None else self.down(x)))


class ResNet18(nn.Module):
    def __init__(self, width=64, classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
                                  nn.MaxPool2d(3, 2, 1))
        layers, inputs = [], width
        for i, stride in enumerate((1, 2, 2, 2)):
            outputs = width << i
            layers += [BasicBlock(inputs, outputs, stride), BasicBlock(outputs, outputs, 1)]
            inputs = outputs
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.adaptive_avg_pool2d(self.layers(self.stem(x)), 1)
        return self.head(torch.flatten(x, 1))


def double_conv(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
                         nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class UNet(nn.Module):
    def __init__(self, width=64, classes=2, transposed=True):
        super().__init__()
        widths = [width << i for i in range(4)]
        self.first = double_conv(3, widths[0])
        self.downs = nn.ModuleList(double_conv(a, b) for a, b in zip(widths, widths[1:]))
        self.ups = nn.ModuleList()
        self.merges = nn.ModuleList()
        for small, large in reversed(list(zip(widths, widths[1:]))):
            self.ups.append(nn.ConvTranspose2d(large, small, 2, 2) if transposed else nn.Sequential(
                nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False), nn.Conv2d(large, small, 1)))
            self.merges.append(double_conv(2 * small, small))
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        x = self.first(x)
        skips = []
        for down in self.downs:
            skips.append(x)
            x = down(F.max_pool2d(x, 2))
        for up, merge in zip(self.ups, self.merges):
            x = merge(torch.cat([skips.pop(), up(x)], dim=1))
        return self.head(x)


class Recurrent(nn.Module):
    """Tokens to a class, through an LSTM or a GRU."""

    def __init__(self, kind, width=16, words=64, classes=4, layers=2, both_ways=False):
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.rnn = getattr(nn, kind)(width, width, layers, batch_first=True, bidirectional=both_ways)
        self.head = nn.Linear(width * (2 if both_ways else 1), classes)

    def forward(self, tokens):
        states, _ = self.rnn(self.embed(tokens))
        return self.head(states[:, -1])


class Attention(nn.Module):
    """Written out, so that MatMul, Softmax and the scaling are in the graph."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) * (w // self.heads)**-0.5).softmax(dim=-1)
        return self.out((weights @ v).transpose(1, 2).reshape(b, n, w))


class ViT(nn.Module):
    def __init__(self, width=192, depth=12, heads=3, side=32, patch=8, classes=10):
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.position = nn.Parameter(torch.randn(1, (side // patch)**2 + 1, width) * 0.02)
        self.blocks = nn.ModuleList(
            nn.ModuleList([
                nn.LayerNorm(width), Attention(width, heads), nn.LayerNorm(width),
                nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
            ]) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.position
        for norm1, attention, norm2, mlp in self.blocks:
            x = x + attention(norm1(x))
            x = x + mlp(norm2(x))
        return self.head(self.norm(x)[:, 0])


class Bert(nn.Module):
    """Hugging Face's BertForSequenceClassification, random weights, logits only."""

    def __init__(self, width=128, depth=2, heads=2, words=1000, attention="sdpa"):
        super().__init__()
        from transformers import BertConfig, BertForSequenceClassification
        config = BertConfig(vocab_size=words, hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads,
                            intermediate_size=4 * width, max_position_embeddings=64, num_labels=3)
        config._attn_implementation = attention
        self.model = BertForSequenceClassification(config)

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, return_dict=True).logits


class Gpt2(nn.Module):
    """Hugging Face's GPT2LMHeadModel, random weights, logits only, without the cache."""

    def __init__(self, width=128, depth=2, heads=2, words=1000, attention="sdpa"):
        super().__init__()
        from transformers import GPT2Config, GPT2LMHeadModel
        config = GPT2Config(vocab_size=words, n_embd=width, n_layer=depth, n_head=heads, n_positions=64,
                            bos_token_id=0, eos_token_id=0, use_cache=False)
        config._attn_implementation = attention
        self.model = GPT2LMHeadModel(config)

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, use_cache=False,
                          return_dict=True).logits


def train(model, inputs, classes, steps):
    """A few steps on labels that the inputs decide: enough that no weight is as it was initialised."""
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    model.train()
    for step in range(steps):
        batch = [torch.randn_like(i) if i.is_floating_point() else i[:, torch.randperm(i.shape[1])] for i in inputs]
        output = model(*batch)
        key = batch[0].float().flatten(1).sum(1)
        labels = (key.abs() * 7).long() % classes
        if output.dim() == 4:
            labels = labels[:, None, None].expand(-1, *output.shape[2:])
        elif output.dim() == 3:
            output, labels = output.flatten(0, 1), batch[0].roll(-1, 1).flatten()
        loss = F.cross_entropy(output, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()
