"""What the bridges call: as little Python as can be, so that the bridge is what is measured."""

import array

KEPT = array.array("f", [0.5]) * (1 << 20)


def empty():
    return None


def process_batch(texts):
    return [{"label": "POSITIVE", "score": 0.5} for _ in texts]


def buffer(view):
    return KEPT
