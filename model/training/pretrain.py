"""Reading on: the encoder guesses hidden words of the user's own unlabelled mail.

unlabelled texts -> ids -> a seventh hidden -> guessed by the word embeddings themselves -> encoder
(Gururangan et al. 2020: pre-training on the task's own texts helps.)
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from model.artifact import WINDOWS_MEAN
from model.progress import progress
from model.training.batches import flat, shuffled
from model.training.checkpoint import network_hash, plain
from model.training.embedding import words_of
from model.training.fit import mask_id, settle
from model.training.network import BaseError, MeanPooled, Network
from model.training.recipe import Recipe

EPOCHS, RATE, HIDDEN, BATCH = 3, 1e-4, 0.15, 32
IGNORED = -100
WEIGHTS, KEY = "weights.safetensors", "key"

log = logging.getLogger("model.training")


def read_on_once(network: Network, texts: Sequence[str], recipe: Recipe, kept: Path) -> None:
    """Read on, or take the weights that an earlier run kept after the same reading."""
    key = reading_key(network, texts, recipe)
    weights, of = kept / WEIGHTS, kept / KEY
    if of.is_file() and of.read_text() == key:
        network.module.load_state_dict(load_file(weights))
        log.info("read on before: its weights are in %s", kept)
        return
    read_on(network, texts, recipe)
    of.unlink(missing_ok=True)
    kept.mkdir(parents=True, exist_ok=True)
    save_file(plain(network.module.state_dict()), weights)
    of.write_text(key)  # last: without it the weights are nobody's


def reading_key(network: Network, texts: Sequence[str], recipe: Recipe) -> str:
    """Changes with all that reading on depends on."""
    digest = hashlib.sha256(network_hash(network).encode())
    for part in (repr(recipe), *texts):
        raw = part.encode("utf-8", "replace")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def read_on(
    network: Network, texts: Sequence[str], recipe: Recipe, epochs: int = EPOCHS
) -> list[float]:
    """Train the encoder on texts without labels, all of each; the mean loss of each epoch."""
    module, mask = network.module, mask_id(network.tokenizer)
    if not isinstance(module, MeanPooled) or mask is None:
        raise BaseError("--unlabelled needs a base with a mask token.")
    settle(recipe)
    torch.manual_seed(recipe.seed)
    guess = _Guess(module.head.in_features, words_of(module).weight.shape[1])
    parameters = [*module.encoder.parameters(), *guess.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    ids, _ = flat(replace(network, reading=WINDOWS_MEAN).reader.read_all(texts))
    module.train()
    losses = []
    for epoch in range(epochs):
        found = []
        batches = shuffled(ids, BATCH, network.pad_id, recipe.seed + epoch)
        for batch in progress(batches, f"reading on, epoch {epoch}", -(-len(ids) // BATCH)):
            shown, asked = hide(batch.input_ids, batch.attention_mask, mask)
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
                loss = _loss(module, guess, Hidden(shown, batch.attention_mask, asked))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, recipe.clip)
            optimizer.step()
            found.append(float(loss.detach()))
        losses.append(float(np.mean(found)))
        log.info("reading on, epoch %d: loss %.3f", epoch, losses[-1])
    module.eval()
    return losses


@dataclass(frozen=True, slots=True)
class Hidden:
    """A batch with tokens hidden; `asked` holds them, `IGNORED` elsewhere; (texts, tokens)."""

    shown: torch.Tensor
    mask: torch.Tensor
    asked: torch.Tensor


def _loss(module: MeanPooled, guess: nn.Module, batch: Hidden) -> torch.Tensor:
    states = module.encoder(input_ids=batch.shown, attention_mask=batch.mask).last_hidden_state
    at = batch.asked != IGNORED
    logits = guess(states[at]) @ words_of(module).weight.T
    return nn.functional.cross_entropy(logits.float(), batch.asked[at])


class _Guess(nn.Module):
    """From a state to a place among the words, which may have another width."""

    def __init__(self, width: int, words: int):
        super().__init__()
        self.dense = nn.Linear(width, words)
        self.norm = nn.LayerNorm(words)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return self.norm(nn.functional.gelu(self.dense(states)))


def hide(
    ids: torch.Tensor, mask: torch.Tensor, mask_token: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids with some hidden, and what was hidden (`IGNORED` elsewhere); one a batch at least."""
    hit = (torch.rand(ids.shape) < HIDDEN) & mask.bool()
    hit[:, 0] = False
    if not hit.any():
        hit[0, min(1, ids.shape[1] - 1)] = True
    return ids.masked_fill(hit, mask_token), ids.masked_fill(~hit, IGNORED)
