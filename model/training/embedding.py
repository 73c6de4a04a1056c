"""The table of words of a pooled encoder, to be read and to be replaced by a larger one."""

import torch
from torch import nn

from model.training.network import MeanPooled, Network


def words_of(module: nn.Module) -> nn.Embedding:
    """The input embedding, one row a token."""
    if not isinstance(module, MeanPooled):
        raise TypeError("Only the pooled encoder is extended.")
    return module.encoder.get_input_embeddings()


def replace_words(module: nn.Module, table: torch.Tensor) -> None:
    """Give the encoder another table, shape (tokens, width)."""
    fresh = nn.Embedding(*table.shape, padding_idx=words_of(module).padding_idx)
    fresh.weight.data = table
    module.encoder.set_input_embeddings(fresh)
    module.encoder.config.vocab_size = len(table)


def mean_of_pieces(network: Network, text: str) -> torch.Tensor:
    """The mean of the rows that a text's tokens have, without marks."""
    ids = network.tokenizer.encode(text, add_special_tokens=False).ids
    return words_of(network.module).weight.data[ids].mean(dim=0)
