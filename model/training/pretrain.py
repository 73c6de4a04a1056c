"""Reading on: the encoder guesses hidden words of the user's own unlabelled mail.

unlabelled texts -> ids -> a seventh hidden -> guessed by the word embeddings themselves -> encoder
(Gururangan et al. 2020: pre-training on the task's own texts helps.)
"""

import logging
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from model.training.batches import shuffled, tokenise
from model.training.fit import mask_id, settle
from model.training.network import BaseError, MeanPooled, Network
from model.training.recipe import Recipe

EPOCHS, RATE, HIDDEN, BATCH = 3, 1e-4, 0.15, 32
IGNORED = -100

log = logging.getLogger("model.training")


def read_on(
    network: Network, texts: Sequence[str], recipe: Recipe, epochs: int = EPOCHS
) -> list[float]:
    """Train the encoder on texts without labels; the mean loss of each epoch."""
    module, mask = network.module, mask_id(network.tokenizer)
    if not isinstance(module, MeanPooled) or mask is None:
        raise BaseError("--unlabelled needs a base with a mask token.")
    settle(recipe)
    torch.manual_seed(recipe.seed)
    words = module.encoder.get_input_embeddings()
    guess = _Guess(words.weight.shape[1])
    parameters = [*module.encoder.parameters(), *guess.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    ids = tokenise(network.tokenizer, texts)
    module.train()
    losses = []
    for epoch in range(epochs):
        found = []
        for batch in shuffled(ids, BATCH, network.pad_id, recipe.seed + epoch):
            shown, asked = hide(batch.input_ids, batch.attention_mask, mask)
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
                states = module.encoder(
                    input_ids=shown, attention_mask=batch.attention_mask
                ).last_hidden_state
                at = asked != IGNORED
                logits = guess(states[at]) @ words.weight.T
            loss = nn.functional.cross_entropy(logits.float(), asked[at])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, recipe.clip)
            optimizer.step()
            found.append(float(loss.detach()))
        losses.append(float(np.mean(found)))
        log.info("reading on, epoch %d: loss %.3f", epoch, losses[-1])
    module.eval()
    return losses


class _Guess(nn.Module):
    """From a state to a place among the words."""

    def __init__(self, width: int):
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)

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
