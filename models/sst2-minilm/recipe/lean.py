"""The trained classifier, written anew so that its graph does nothing it need not do.

Same weights and same answers as transformers' BertForSequenceClassification, but:
- after the last layer only [CLS] is read, so that layer computes only its row;
- query, key and value are one multiplication, and the scores' scale is in the query's weights;
- a text has one segment, so its embedding is added to the positions' once;
- shapes are constants to the exporter, which otherwise computes them in every layer.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertForSequenceClassification

# Added to the scores of padding: its share of the softmax is exactly 0 in float32.
_HIDDEN = -1e4


class _SplitHeads(torch.autograd.Function):
    """(batch, tokens, parts * width) to (parts, batch, heads, tokens, width / heads)."""

    @staticmethod
    def forward(ctx: Any, given: Tensor, parts: int, heads: int) -> Tensor:
        batch, tokens, _ = given.shape
        return given.reshape(batch, tokens, parts, heads, -1).permute(2, 0, 3, 1, 4)

    @staticmethod
    def symbolic(g: Any, given: Any, parts: int, heads: int) -> Any:
        # 0 copies a dimension of the input.
        shape = g.op("Constant", value_t=torch.tensor([0, 0, parts, heads, -1]))
        return g.op("Transpose", g.op("Reshape", given, shape), perm_i=[2, 0, 3, 1, 4])


class _JoinHeads(torch.autograd.Function):
    """(batch, heads, tokens, width / heads) to (batch, tokens, width)."""

    @staticmethod
    def forward(ctx: Any, given: Tensor) -> Tensor:
        batch, heads, tokens, part = given.shape
        return given.permute(0, 2, 1, 3).reshape(batch, tokens, heads * part)

    @staticmethod
    def symbolic(g: Any, given: Any) -> Any:
        shape = g.op("Constant", value_t=torch.tensor([0, 0, -1]))
        return g.op("Reshape", g.op("Transpose", given, perm_i=[0, 2, 1, 3]), shape)


def _joined(*parts: tuple[Tensor, Tensor]) -> nn.Linear:
    """One linear layer that gives the outputs of several, side by side."""
    weight = torch.cat([weight for weight, _ in parts])
    linear = nn.Linear(weight.shape[1], weight.shape[0])
    linear.weight = nn.Parameter(weight.detach())
    linear.bias = nn.Parameter(torch.cat([bias for _, bias in parts]).detach())
    return linear


class _Layer(nn.Module):
    def __init__(self, layer: nn.Module, heads: int, last: bool) -> None:
        super().__init__()
        inner = layer.attention.self
        scale = (inner.query.weight.shape[0] // heads) ** -0.5
        query = (inner.query.weight * scale, inner.query.bias * scale)
        key = (inner.key.weight, inner.key.bias)
        value = (inner.value.weight, inner.value.bias)
        self.heads = heads
        self.first_only = _joined(query) if last else None
        self.look = _joined(key, value) if last else _joined(query, key, value)
        self.attended = layer.attention.output.dense
        self.attended_norm = layer.attention.output.LayerNorm
        self.wide = layer.intermediate.dense
        self.narrow = layer.output.dense
        self.norm = layer.output.LayerNorm

    def forward(self, given: Tensor, hidden: Tensor) -> Tensor:
        if self.first_only is not None:
            looked = _SplitHeads.apply(self.look(given), 2, self.heads)
            key, value = looked[0], looked[1]
            given = given[:, :1]
            query = _SplitHeads.apply(self.first_only(given), 1, self.heads)[0]
        else:
            looked = _SplitHeads.apply(self.look(given), 3, self.heads)
            query, key, value = looked[0], looked[1], looked[2]
        weights = torch.softmax(query @ key.transpose(2, 3) + hidden, dim=-1)
        seen = self.attended_norm(self.attended(_JoinHeads.apply(weights @ value)) + given)
        return self.norm(self.narrow(nn.functional.gelu(self.wide(seen))) + seen)


class LeanClassifier(nn.Module):
    """Shares the weights of the model it is made from, which stays as it was."""

    def __init__(self, model: BertForSequenceClassification) -> None:
        super().__init__()
        embeddings = model.bert.embeddings
        segment = embeddings.token_type_embeddings.weight[0]
        self.words = embeddings.word_embeddings
        self.places = nn.Parameter((embeddings.position_embeddings.weight + segment).detach())
        self.norm = embeddings.LayerNorm
        layers, heads = model.bert.encoder.layer, model.config.num_attention_heads
        self.layers = nn.ModuleList(
            _Layer(layer, heads, last=layer is layers[-1]) for layer in layers
        )
        self.pooler = model.bert.pooler.dense
        self.classifier = model.classifier

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden = (1.0 - attention_mask[:, None, None].float()) * _HIDDEN
        given = self.norm(self.words(input_ids) + self.places[: input_ids.shape[1]])
        for layer in self.layers:
            given = layer(given, hidden)
        return self.classifier(torch.tanh(self.pooler(given[:, 0])))
