"""Makes the model from the data files: train, export, quantise, package, evaluate.

    python make_model.py --train sst2_train.csv --dev sst2_dev.csv \\
        [--check reviews.csv:description[:answers.csv]] --out build

Interrupted, the same command goes on: a finished training is not repeated, a broken one
continues from its last saved state, and the other steps take some minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import evaluate
import train
from export import export
from package import package
from quantise import quantise_in


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--train", type=Path, required=True, help="CSV with text,label")
    evaluate.add_options(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder to work in")
    parser.add_argument("--threads", type=int, default=0, help="0: as torch chooses")
    chosen = parser.parse_args()
    train.train(chosen.train, chosen.out, threads=chosen.threads)
    export(chosen.out)
    quantise_in(chosen.out, chosen.train)
    package(chosen.out)
    evaluate.evaluate(chosen.out, chosen.dev, chosen.check, chosen.threads)


if __name__ == "__main__":
    main()
