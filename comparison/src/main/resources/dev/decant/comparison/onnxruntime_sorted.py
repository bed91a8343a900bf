"""onnxruntime without a framework: rows sorted by length, one session with all threads, on the CPU."""

import json
import time
from pathlib import Path

import numpy
import onnxruntime
from measured import Run, arguments
from tokenizers import BertWordPieceTokenizer, Tokenizer

LONGEST = 512


def read(folder, name):
    file = folder / name
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def open_tokenizer(folder):
    settings = read(folder, "tokenizer_config.json")
    if (folder / "tokenizer.json").exists():
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    else:
        lowercase = settings.get("do_lower_case", True)
        tokenizer = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=lowercase)
    tokenizer.enable_truncation(int(min(LONGEST, settings.get("model_max_length", LONGEST))))
    tokenizer.no_padding()
    return tokenizer


def main():
    parser = arguments(__doc__)
    parser.add_argument("--file", required=True, help="the ONNX file, in the folder")
    chosen = parser.parse_args()
    folder = Path(chosen.model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = chosen.threads
    session = onnxruntime.InferenceSession(str(folder / chosen.file), options, providers=["CPUExecutionProvider"])
    inputs = {each.name for each in session.get_inputs()}
    names = {int(number): name for number, name in read(folder, "config.json")["id2label"].items()}
    tokenizer = open_tokenizer(folder)

    run = Run(chosen)
    texts = run.texts()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    order = sorted(range(len(ids)), key=lambda row: -len(ids[row]))
    results = [("", 0.0)] * len(ids)
    for start in range(0, len(order), chosen.batch):
        rows = order[start : start + chosen.batch]
        began = time.perf_counter()
        tokens = numpy.zeros((len(rows), len(ids[rows[0]])), dtype=numpy.int64)
        mask = numpy.zeros_like(tokens)
        for place, row in enumerate(rows):
            tokens[place, : len(ids[row])] = ids[row]
            mask[place, : len(ids[row])] = 1
        fed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": numpy.zeros_like(tokens)}
        logits = session.run(None, {name: fed[name] for name in fed if name in inputs})[0]
        exponentials = numpy.exp(logits - logits.max(axis=1, keepdims=True))
        scores = exponentials / exponentials.sum(axis=1, keepdims=True)
        best = scores.argmax(axis=1)
        run.batch(len(rows), time.perf_counter() - began)
        for place, row in enumerate(rows):
            results[row] = (names[int(best[place])], scores[place, best[place]])
    run.finish(results)


if __name__ == "__main__":
    main()
