"""The plain Python service: FastAPI, uvicorn with one worker, a transformers pipeline for each request.

    python -m venv venv && venv/bin/pip install -r requirements-fastapi.txt
    venv/bin/python fastapi_server.py --model FOLDER --port 8081

It answers `POST /predict` with what Text Embeddings Inference answers to one text. `--weights` names a torch state
dict for a folder that has a configuration and a vocabulary but no torch weights, such as the model on board, whose
recipe leaves one in `training/last.pt`.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertTokenizer,
    pipeline,
)


class Request(BaseModel):
    inputs: str


class LabelScore(BaseModel):
    score: float
    label: str


def classifier(folder: Path, weights: Path | None):
    if weights is None:
        model = AutoModelForSequenceClassification.from_pretrained(folder)
    else:
        model = AutoModelForSequenceClassification.from_config(AutoConfig.from_pretrained(folder))
        state = torch.load(weights, map_location="cpu", weights_only=True)
        model.load_state_dict(state.get("model", state))
    if (folder / "tokenizer.json").exists():
        tokenizer = AutoTokenizer.from_pretrained(folder)
    else:
        tokenizer = BertTokenizer(str(folder / "vocab.txt"), model_max_length=512)
    return pipeline("text-classification", model=model.eval(), tokenizer=tokenizer, device=-1)


def application(classify) -> FastAPI:
    app = FastAPI()

    @app.get("/health")
    def health() -> dict:
        return {}

    # Not async: FastAPI runs it in its thread pool, as its documents advise for what computes.
    @app.post("/predict")
    def predict(request: Request) -> list[LabelScore]:
        scores = classify(request.inputs, truncation=True, top_k=None)
        return [LabelScore(score=each["score"], label=each["label"]) for each in scores]

    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--port", type=int, default=8081)
    chosen = parser.parse_args()
    classify = classifier(chosen.model, chosen.weights)
    classify("Warm up.", truncation=True, top_k=None)
    uvicorn.run(
        application(classify), host="127.0.0.1", port=chosen.port, workers=1, log_level="warning", access_log=False
    )


if __name__ == "__main__":
    main()
