"""Training from a few examples a category: texts of one category are drawn together first.

batches of a few categories -> supervised contrast + cross-entropy -> embeddings -> linear head

With ten examples a category, a head trained alone learns little and overfits. Contrast uses pairs,
of which there are many (SetFit, Tunstall et al. 2022; SupCon, Khosla et al. 2020).
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from model.examples import Labelled
from model.metrics import Floats
from model.progress import progress, watched
from model.training.batches import by_length, drawn, flat, padded
from model.training.fit import settle
from model.training.network import MeanPooled, Network
from model.training.recipe import Recipe
from model.training.truth import truth

log = logging.getLogger("model.training")


@dataclass(frozen=True, slots=True)
class FewRecipe:
    """Knobs of the contrastive stage; the rest is in `Recipe`."""

    steps: int = 80  # with a gentle rate: 150 at 5e-5 were no better than none
    categories: int = 16  # in a batch
    texts: int = 3  # of each of them
    rate: float = 2e-5
    heat: float = 0.1  # of the contrast: lower looks at the nearest only
    share: float = 0.5  # of the contrast in the loss, the rest is cross-entropy
    head_strength: float = 3.0  # inverse of the linear head's penalty, in tens


class FewFit:
    """A contrastive run over a network with a mean-pooled encoder."""

    def __init__(self, network: Network, recipe: Recipe, few: FewRecipe, train: Sequence[Labelled]):
        if not isinstance(network.module, MeanPooled):
            raise TypeError("Contrast needs the pooled encoder.")
        self._network, self._module = network, network.module
        self._recipe, self._few = recipe, few
        self._read = network.reader.read_all([x.text for x in train])
        self._truth = truth(network.labels, train)
        groups = [
            {"params": list(self._module.encoder.parameters()), "full": few.rate},
            {"params": list(self._module.head.parameters()), "full": few.rate * 20},
        ]
        self._optimizer = torch.optim.AdamW(groups, lr=few.rate, weight_decay=0.01)

    def run(self) -> None:
        """Train encoder and head; the module answers in the end."""
        settle(self._recipe)
        torch.manual_seed(self._recipe.seed)
        self._module.train()
        batches = progress(self._batches(), "contrast", self._few.steps)
        for step, rows in enumerate(batches):
            loss = self._step(step, rows)
            if (step + 1) % 50 == 0 and not watched():
                log.info("contrast step %d/%d loss %.3f", step + 1, self._few.steps, loss)
        self._module.eval()
        self._fit_head()

    def _batches(self) -> Iterator[list[int]]:
        """Rows of some categories, a few each; the smaller ones come as often as the others."""
        generator = np.random.default_rng(self._recipe.seed)
        members: dict[int, list[int]] = defaultdict(list)
        for row, label in enumerate(self._truth.tolist()):
            members[label].append(row)
        labels = sorted(members)
        for _ in range(self._few.steps):
            chosen = generator.permutation(labels)[: self._few.categories]
            yield [
                row
                for label in chosen.tolist()
                for row in generator.permutation(members[label])[: self._few.texts].tolist()
            ]

    def _step(self, step: int, rows: list[int]) -> float:
        warm = min(1.0, (step + 1) / (0.1 * self._few.steps))
        for group in self._optimizer.param_groups:
            group["lr"] = group["full"] * warm * (1 - step / self._few.steps)
        windows = drawn([self._read[row] for row in rows], self._recipe.seed + step)
        ids, mask = padded(windows, self._network.pad_id)
        expected = torch.as_tensor(self._truth[rows])
        with torch.autocast("cpu", torch.bfloat16, enabled=self._recipe.bfloat16):
            pooled = self._module.embed(ids, mask)
            again = self._module.embed(ids, mask)  # another dropout: each text has a pair
            logits = self._module.head(pooled)
        views = torch.cat([pooled, again]).float()
        contrast = supervised_contrast(views, torch.cat([expected, expected]), self._few.heat)
        crossed = nn.functional.cross_entropy(
            logits.float(), expected, label_smoothing=self._recipe.label_smoothing
        )
        loss = self._few.share * contrast + (1 - self._few.share) * crossed
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._module.parameters(), self._recipe.clip)
        self._optimizer.step()
        return float(loss.detach())

    def _fit_head(self) -> None:
        """A logistic regression on the finished embeddings takes the head's place."""
        embeddings = embed(self._network, self._read)
        size = float(np.linalg.norm(embeddings, axis=1).mean())
        model = LogisticRegression(
            C=self._few.head_strength * 10, class_weight="balanced", max_iter=1_000
        ).fit(embeddings / size, self._truth)
        weights, bias = model.coef_ / size, model.intercept_
        if len(bias) == 1:  # of two labels there is one side
            weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
        self._module.head.weight.data = torch.as_tensor(weights, dtype=torch.float32)
        self._module.head.bias.data = torch.as_tensor(bias, dtype=torch.float32)


def supervised_contrast(
    embeddings: torch.Tensor, labels: torch.Tensor, heat: float
) -> torch.Tensor:
    """Khosla et al. 2020, equation 2: each text against all others, its own label's are right."""
    normal = nn.functional.normalize(embeddings, dim=1)
    itself = torch.eye(len(labels), dtype=torch.bool)
    alike = (normal @ normal.T / heat).masked_fill(itself, -1e9)
    log_share = alike - torch.logsumexp(alike, dim=1, keepdim=True)
    friends = (labels[:, None] == labels[None, :]) & ~itself
    per_text = -(log_share * friends).sum(dim=1) / friends.sum(dim=1).clamp(min=1)
    return per_text.mean()


def embed(network: Network, read: Sequence[list[list[int]]]) -> Floats:
    """Embeddings, the mean over a text's tokens and then over its windows; (texts, width)."""
    module = network.module.eval()
    assert isinstance(module, MeanPooled)
    ids, ends = flat(read)
    rows = np.zeros((len(ids), module.head.in_features))
    with torch.inference_mode():
        for batch in by_length(ids, 16, network.pad_id):
            found = module.embed(batch.input_ids, batch.attention_mask)
            rows[list(batch.rows)] = found.double().numpy()
    return np.stack([part.mean(axis=0) for part in np.split(rows, ends)])
