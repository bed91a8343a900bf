"""Turns the float32 graph into the int8 one that is shipped.

    python quantise.py --train sst2_train.csv --out build

The activations' range is found anew in every call (dynamic quantisation), over the whole batch:
run one row at a time, unpadded, or a score depends on the row's neighbours.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import onnx
import onnxruntime as ort
from onnx import NodeProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

import rows
import train

CALIBRATION_ROWS = 256
# A few channels reach four times as far as all others and would set the step for everyone. Each
# is divided down to the reach of the so-many-th widest, its weights multiplied up. How many is
# tried out for every input: 1 leaves it as it is.
KEPT_WIDE = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def inputs_of(
    model: onnx.ModelProto, tensors: list[str], texts: list[str]
) -> list[list[np.ndarray]]:
    """What the tensors hold (tokens, channels) for each text."""
    probed = onnx.ModelProto()
    probed.CopyFrom(model)
    probed.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in tensors)
    session = ort.InferenceSession(probed.SerializeToString(), providers=["CPUExecutionProvider"])
    seen: list[list[np.ndarray]] = [[] for _ in tensors]
    for row in train.new_tokenizer()(texts, truncation=True, max_length=512)["input_ids"]:
        ids = np.array([row], dtype=np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        for values, found in zip(seen, session.run(tensors, fed), strict=True):
            values.append(found[0])
    return seen


def rounded_input(values: np.ndarray) -> np.ndarray:
    """As DynamicQuantizeLinear does: 8 bits over the range of this call."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    step = (high - low) / 255
    return np.rint(values / step) * step


def rounded_weight(weight: np.ndarray) -> np.ndarray:
    """Seven bits for each output channel."""
    step = np.abs(weight).max(axis=0) / 64
    return np.rint(weight / step) * step


def softening(seen: list[np.ndarray], weight: np.ndarray) -> np.ndarray:
    """The factors of the input's channels with which the rounded product errs least."""
    reach = np.max([np.abs(values).max(axis=0) for values in seen], axis=0)
    least, best = np.inf, np.ones_like(reach)
    exact = [values @ weight for values in seen]
    for kept in KEPT_WIDE:
        factor = np.maximum(1, reach / np.sort(reach)[-kept]).astype(np.float32)
        rough = rounded_weight(weight * factor[:, None])
        error = sum(
            float(np.square(rounded_input(values / factor) @ rough - wanted).sum())
            for values, wanted in zip(seen, exact, strict=True)
        )
        if error < least:
            least, best = error, factor
    return best


def soften(source: Path, target: Path, texts: list[str]) -> int:
    """Evens out the widest input channels of the multiplications; the answers stay the same."""
    model = onnx.load(source)
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    products = [
        node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in weights
    ]
    seen = inputs_of(model, [node.input[0] for node in products], texts)
    softened: dict[str, NodeProto] = {}
    for node, values in zip(products, seen, strict=True):
        given, name = node.input
        weight = numpy_helper.to_array(weights[name])
        factor = softening(values, weight)
        if factor.max() == 1:
            continue
        weights[name].CopyFrom(numpy_helper.from_array(weight * factor[:, None], name))
        model.graph.initializer.append(numpy_helper.from_array(1 / factor, f"{name}_soft_by"))
        node.input[0] = f"{name}_soft"
        softened[node.name] = helper.make_node(
            "Mul", [given, f"{name}_soft_by"], [f"{name}_soft"], f"{node.name}_soften"
        )
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if node.name in softened:
            nodes.append(softened[node.name])
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, target)
    return len(softened)


def quantise(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # It advises to optimise the graph first, which changes nothing here.
    logging.getLogger().setLevel(logging.ERROR)
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        # Seven bits: with eight, AVX2 machines without VNNI saturate and flip labels.
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def quantise_in(out: Path, train_file: Path, seed: int = train.Settings().seed) -> Path:
    """Leaves `int8/model.onnx` in `out`."""
    target = out / "int8" / "model.onnx"
    texts = [row.text for row in rows.training_rows(train_file, seed)]
    chosen = random.Random(seed).sample(texts, CALIBRATION_ROWS)
    with TemporaryDirectory() as scratch:
        softer = Path(scratch) / "model.onnx"
        count = soften(out / "fp32" / "model.onnx", softer, chosen)
        quantise(softer, target)
    size = target.stat().st_size / 1e6
    print(f"quantise: {target}, {size:.1f} MB, {count} inputs softened", flush=True)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--train", type=Path, required=True, help="CSV with text,label")
    parser.add_argument("--out", type=Path, required=True, help="folder that export.py worked in")
    chosen = parser.parse_args()
    quantise_in(chosen.out, chosen.train)


if __name__ == "__main__":
    main()
