"""Where a run stands after an epoch, so that a killed run goes on: safetensors and JSON, no pickle.

A checkpoint belongs to a fingerprint of data and recipe; another's is never taken up.
"""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from model.training.network import Network

STATE, WEIGHTS, BEST, OPTIMIZER = (
    "state.json",
    "weights.safetensors",
    "best.safetensors",
    "optimizer.safetensors",
)


class Checkpoint:
    """A folder holding the newest epoch and the best one; whole or absent, never half."""

    def __init__(self, folder: Path, fingerprint: str):
        self._folder = folder
        self._fingerprint = fingerprint

    def save(
        self,
        module: nn.Module,
        best: Mapping[str, torch.Tensor],
        optimizer: torch.optim.Optimizer,
        state: Mapping[str, Any],
    ) -> None:
        """Write beside the old one, then take its place; one of them is whole at any moment."""
        fresh = self._beside(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        save_file(plain(module.state_dict()), fresh / WEIGHTS)
        save_file(plain(best), fresh / BEST)
        save_file(_flat(optimizer), fresh / OPTIMIZER)
        (fresh / STATE).write_bytes(
            orjson.dumps({**state, "fingerprint": self._fingerprint}, option=orjson.OPT_INDENT_2)
        )
        old = self._beside(".old")
        if self._folder.exists():  # or a killed run left `old` alone, which is needed until then
            shutil.rmtree(old, ignore_errors=True)
            self._folder.rename(old)
        fresh.rename(self._folder)
        shutil.rmtree(old, ignore_errors=True)

    def restore(
        self, module: nn.Module, optimizer: torch.optim.Optimizer
    ) -> tuple[dict[str, Any], dict[str, torch.Tensor]] | None:
        """Fill module and optimizer; the state and the best weights, or None to start anew."""
        folder = self._folder if self._folder.exists() else self._beside(".old")
        path = folder / STATE
        state = orjson.loads(path.read_bytes()) if path.is_file() else {}
        if state.get("fingerprint") != self._fingerprint:
            return None
        module.load_state_dict(load_file(folder / WEIGHTS))
        _unflatten(optimizer, load_file(folder / OPTIMIZER))
        return state, load_file(folder / BEST)

    def clear(self) -> None:
        """Forget the run, it is finished."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _beside(self, ending: str) -> Path:
        return self._folder.with_name(self._folder.name + ending)


def network_hash(network: Network) -> str:
    """Changes with any weight, with the tokenizer and with how long texts are read."""
    digest = hashlib.sha256(f"{network.reading} {network.tokenizer.to_str()}".encode())
    for name, tensor in network.module.state_dict().items():
        digest.update(name.encode() + tensor.detach().contiguous().numpy().tobytes())
    return digest.hexdigest()


def plain(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Copies, since safetensors refuses tensors that share memory."""
    return {name: tensor.detach().clone().contiguous() for name, tensor in state.items()}


def _flat(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    state = optimizer.state_dict()["state"]
    return {
        f"{index}.{name}": torch.as_tensor(value).clone()
        for index, values in state.items()
        for name, value in values.items()
    }


def _unflatten(optimizer: torch.optim.Optimizer, tensors: Mapping[str, torch.Tensor]) -> None:
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, tensor in tensors.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = tensor
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
