"""Random Hugging Face classifiers of a few kilobytes, saved as a user's folder would be."""

from collections.abc import Sequence
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from model.examples import Labelled
from model.training.network import Network, sequence_classifier

LABELS = ("claim", "payment", "other")
WORDS = {
    "claim": ("sinistre", "accident", "constat"),
    "payment": ("facture", "invoice", "prélèvement"),
    "other": ("bonjour", "hello", "merci"),
}
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
VOCABULARY = (*SPECIAL, "<mask>", *(word for words in WORDS.values() for word in words))
# Weights far from zero, so that a wrong position or mask shows in the logits.
SIZES = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 66,
    "pad_token_id": 1,
    "initializer_range": 0.3,
    "id2label": dict(enumerate(LABELS)),
    "label2id": {label: i for i, label in enumerate(LABELS)},
}
RELATIVE = {"relative_attention": True, "pos_att_type": ["c2p", "p2c"]}


def configurations() -> dict[str, transformers.PretrainedConfig]:
    """One configuration an architecture."""
    return {
        "bert": transformers.BertConfig(**SIZES),
        "distilbert": transformers.DistilBertConfig(
            **{**SIZES, "dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64}
        ),
        "roberta": transformers.RobertaConfig(**SIZES),
        "camembert": transformers.CamembertConfig(**SIZES),
        "xlm-roberta": transformers.XLMRobertaConfig(**SIZES),
        "deberta": transformers.DebertaConfig(**SIZES, **RELATIVE),
        "deberta-v2": transformers.DebertaV2Config(**SIZES, **RELATIVE, position_buckets=16),
    }


def save_classifier(folder: Path, architecture: str, seed: int = 0) -> Path:
    """A folder with config.json, model.safetensors and tokenizer.json."""
    torch.manual_seed(seed)
    config = configurations()[architecture]
    transformers.AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    special = dict(zip(("cls_token", "pad_token", "sep_token", "unk_token"), SPECIAL, strict=True))
    transformers.PreTrainedTokenizerFast(tokenizer_object=_tokenizer(), **special).save_pretrained(
        folder
    )
    return folder


def tiny_network(folder: Path, architecture: str = "bert", seed: int = 0) -> Network:
    """The folder's classifier, ready to be trained."""
    return sequence_classifier(save_classifier(folder, architecture, seed))


def mails(number: int) -> list[Labelled]:
    """Texts whose words give their category away, `number` in all."""
    texts = []
    for i in range(number):
        label = LABELS[i % len(LABELS)]
        words = [WORDS[label][(i + k) % 3] for k in range(1 + i % 4)]
        texts.append(Labelled(" ".join(words), label, "fr", group=f"{label}{i}"))
    return texts


def texts_of(examples: Sequence[Labelled]) -> list[str]:
    """The texts alone."""
    return [example.text for example in examples]


def _tokenizer() -> Tokenizer:
    vocabulary = {word: i for i, word in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer
