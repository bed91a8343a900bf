"""The model that Decant carries, through onnxruntime's own Python package.

    pip install -r examples/python/requirements.txt
    ./decant classify reviews.csv --text description --script examples/python/ml_processor_onnx.py \\
        --python ./venv/bin/python -o labels.csv

DECANT_SCRIPT_MODEL names another folder of the same layout: config.json, tokenizer.json or vocab.txt, and
model.onnx, there or in onnx/.
"""

import json
import os
from pathlib import Path

import numpy
import onnxruntime
from tokenizers import BertWordPieceTokenizer, Tokenizer

FOLDER = Path(os.environ.get("DECANT_SCRIPT_MODEL") or Path(__file__).resolve().parents[2] / "models" / "sst2-minilm")
LONGEST = 512


def read(name):
    file = FOLDER / name
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def open_tokenizer():
    if (FOLDER / "tokenizer.json").exists():
        tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    else:
        lowercase = read("tokenizer_config.json").get("do_lower_case", True)
        tokenizer = BertWordPieceTokenizer(str(FOLDER / "vocab.txt"), lowercase=lowercase)
    config = read("tokenizer_config.json")
    tokenizer.enable_truncation(max_length=min(LONGEST, config.get("model_max_length", LONGEST)))
    tokenizer.no_padding()
    return tokenizer


def open_session():
    files = sorted(FOLDER.glob("model*.onnx")) + sorted(FOLDER.glob("onnx/model*.onnx"))
    if not files:
        raise FileNotFoundError("no model.onnx in %s: set DECANT_SCRIPT_MODEL to a model's folder" % FOLDER)
    options = onnxruntime.SessionOptions()
    # What --threads allows; 0 is onnxruntime's own choice.
    options.intra_op_num_threads = int(os.environ.get("DECANT_THREADS") or 0)
    # Threads that spin while they wait take the cores from the rest of the process.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(files[0]), options, providers=["CPUExecutionProvider"])


labels = [label for _, label in sorted(read("config.json")["id2label"].items(), key=lambda entry: int(entry[0]))]
tokenizer = open_tokenizer()
session = open_session()
inputs = {each.name for each in session.get_inputs()}


def logits_of(encodings):
    length = max(len(each.ids) for each in encodings)
    arrays = {}
    for name, rows in (
        ("input_ids", [each.ids for each in encodings]),
        ("attention_mask", [[1] * len(each.ids) for each in encodings]),
        ("token_type_ids", [each.type_ids for each in encodings]),
    ):
        if name in inputs:
            arrays[name] = numpy.array([row + [0] * (length - len(row)) for row in rows], dtype=numpy.int64)
    return session.run(None, arrays)[0]


def process_batch(texts: list[str]) -> list[list[dict]]:
    """All labels of each text with their probabilities."""
    results = []
    # One by one: a score must not depend on its neighbours, as it would where activations are quantised by batch.
    for text in texts:
        logits = logits_of([tokenizer.encode(text)])[0].astype(numpy.float64)
        exponentials = numpy.exp(logits - logits.max())
        probabilities = exponentials / exponentials.sum()
        results.append([{"label": label, "score": score} for label, score in zip(labels, probabilities)])
    return results
