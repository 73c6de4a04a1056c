"""Fine-tuning.

texts -> ids -> batches of like length -> cross-entropy -> AdamW -> validation -> best epoch
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from model.calibration import softmax
from model.examples import Labelled
from model.metrics import Floats, log_loss, macro_f1
from model.progress import progress, watched
from model.training.batches import by_length, drawn, flat, shuffled
from model.training.checkpoint import Checkpoint
from model.training.epoch import Epoch
from model.training.network import Network
from model.training.recipe import Recipe
from model.training.truth import truth

LOGGED_STEPS = 25  # where nobody sees a bar
AT_ONCE = 16  # windows, where nothing is learned
MASKS = ("[MASK]", "<mask>")
LEAST_VOCABULARY = 8_192  # smaller tables hold positions or types

log = logging.getLogger("model.training")


class Fit:
    """A training run over one network."""

    def __init__(self, network: Network, recipe: Recipe, train: Sequence[Labelled]):
        self._network = network
        self._recipe = recipe
        self._read = network.reader.read_all([x.text for x in train])
        self._truth = torch.as_tensor(truth(network.labels, train))
        self._weights = _label_weights(self._truth, network) if recipe.balanced else None
        self._mask_id = mask_id(network.tokenizer)
        if recipe.frozen_words:
            freeze_words(network.module)
        self._optimizer = _optimizer(network, recipe)
        self._steps = -(-len(train) // recipe.batch)

    def run(self, validation: Sequence[Labelled], checkpoint: Checkpoint) -> list[Epoch]:
        """Train; the module holds the best epoch in the end. Resumes where it was killed."""
        settle(self._recipe)
        module = self._network.module
        restored = checkpoint.restore(module, self._optimizer)
        history = [Epoch(**x) for x in restored[0]["history"]] if restored else []
        best = restored[1] if restored else _copy(module)
        if history:
            log.info("going on after epoch %d of an earlier run", history[-1].number)
        while not _finished(history, self._recipe):
            epoch = self._epoch(len(history), validation)
            history.append(epoch)
            if max(history, key=lambda x: x.key) is epoch:
                best = _copy(module)
            checkpoint.save(module, best, self._optimizer, _state(history))
            log.info("%s", epoch)
        module.load_state_dict(best)
        module.eval()
        return history

    def _epoch(self, number: int, validation: Sequence[Labelled]) -> Epoch:
        # Seeded by epoch, so that a resumed run draws what an unbroken one would have drawn.
        torch.manual_seed(self._recipe.seed + number)
        self._network.module.train()
        seed = self._recipe.seed + number
        batches = shuffled(drawn(self._read, seed), self._recipe.batch, self._network.pad_id, seed)
        losses = []
        for step, batch in enumerate(progress(batches, f"epoch {number}", self._steps)):
            self._set_rates(number * self._steps + step)
            ids = self._hidden(batch.input_ids, batch.attention_mask)
            losses.append(self._step(ids, batch.attention_mask, batch.rows))
            if (step + 1) % LOGGED_STEPS == 0 and not watched():
                mean = float(np.mean(losses[-LOGGED_STEPS:]))
                log.info("epoch %d step %d/%d loss %.3f", number, step + 1, self._steps, mean)
        with self._autocast():
            logits = predict_logits(self._network, [x.text for x in validation])
        expected = truth(self._network.labels, validation)
        return Epoch(
            number=number,
            loss=float(np.mean(losses)),
            macro_f1=macro_f1(expected, logits.argmax(axis=1), len(self._network.labels)),
            log_loss=log_loss(expected, softmax(logits)),
        )

    def _hidden(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Some tokens hidden, so that no single word decides; never the first of a text."""
        if not self._recipe.masked or self._mask_id is None:
            return ids
        hit = (torch.rand(ids.shape) < self._recipe.masked) & mask.bool()
        hit[:, 0] = False
        return ids.masked_fill(hit, self._mask_id)

    def _step(self, ids: torch.Tensor, mask: torch.Tensor, rows: tuple[int, ...]) -> float:
        with self._autocast():
            logits = self._network.module(ids, mask)
        loss = nn.functional.cross_entropy(
            logits.float(),
            self._truth[list(rows)],
            weight=self._weights,
            label_smoothing=self._recipe.label_smoothing,
        )
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._network.module.parameters(), self._recipe.clip)
        self._optimizer.step()
        return float(loss.detach())

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self._recipe.bfloat16)

    def _set_rates(self, step: int) -> None:
        total = self._steps * self._recipe.epochs
        factor = _factor(step, total, int(total * self._recipe.warmup))
        for group in self._optimizer.param_groups:
            group["lr"] = group["full_rate"] * factor


def predict_logits(network: Network, texts: Sequence[str]) -> Floats:
    """Torch's logits, shape (texts, labels)."""
    network.module.eval()
    if not texts:
        return np.empty((0, len(network.labels)))
    reader = network.reader
    ids, ends = flat(reader.read_all(texts))
    logits = np.zeros((len(ids), len(network.labels)))
    with torch.inference_mode():
        batches = by_length(ids, AT_ONCE, network.pad_id)
        for batch in progress(batches, "asking the network", -(-len(ids) // AT_ONCE)):
            rows = network.module(batch.input_ids, batch.attention_mask)
            logits[list(batch.rows)] = rows.double().numpy()
    return np.stack([reader.pool(part) for part in np.split(logits, ends)])


def mask_id(tokenizer: Tokenizer) -> int | None:
    """The id that hides a token, where the vocabulary has one."""
    found = (tokenizer.token_to_id(name) for name in MASKS)
    return next((x for x in found if x is not None), None)


def freeze_words(module: nn.Module) -> None:
    """Words not met in training stay where they are beside those that were."""
    for part in module.modules():
        if isinstance(part, nn.Embedding) and part.num_embeddings > LEAST_VOCABULARY:
            part.weight.requires_grad_(False)


def settle(recipe: Recipe) -> None:
    """Threads and algorithms of a reproducible run."""
    torch.set_num_threads(recipe.threads)
    torch.use_deterministic_algorithms(mode=True)


def _label_weights(expected: torch.Tensor, network: Network) -> torch.Tensor:
    """One a label, 1 in the mean over the texts; the root keeps a handful from ruling."""
    counts = torch.bincount(expected, minlength=len(network.labels)).clamp(min=1).float()
    weights = counts.rsqrt()
    return weights / weights[expected].mean()


def _optimizer(network: Network, recipe: Recipe) -> torch.optim.AdamW:
    """Four groups: head and encoder, with and without decay (never on biases and norms)."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.module.named_parameters():
        head = name.startswith(network.head_prefixes)
        groups.setdefault((head, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW([_group(key, ps, recipe) for key, ps in sorted(groups.items())])


def _group(
    key: tuple[bool, bool], parameters: list[nn.Parameter], recipe: Recipe
) -> dict[str, Any]:
    head, decayed = key
    rate = recipe.rate * (recipe.head_factor if head else 1.0)
    decay = recipe.weight_decay if decayed else 0.0
    return {"params": parameters, "lr": rate, "full_rate": rate, "weight_decay": decay}


def _factor(step: int, total: int, warmup: int) -> float:
    if step < warmup:
        return (step + 1) / warmup
    return max(0.0, (total - step) / max(1, total - warmup))


def _finished(history: list[Epoch], recipe: Recipe) -> bool:
    if not history:
        return False
    best = max(history, key=lambda x: x.key)
    return len(history) >= recipe.epochs or history[-1].number - best.number >= recipe.patience


def _copy(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}


def _state(history: list[Epoch]) -> dict[str, Any]:
    return {"history": [asdict(x) for x in history]}
