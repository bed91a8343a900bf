"""A sentiment lexicon with the standard library only.

    ./decant classify reviews.csv --text description --script examples/python/ml_processor_plain.py -o labels.csv
"""

import math
import re

WORDS = {
    "amazing": 3, "awful": -3, "bad": -2, "balanced": 1, "beautiful": 2, "best": 3, "bland": -2, "boring": -2,
    "brilliant": 3, "complex": 1, "corked": -3, "crisp": 1, "delicious": 3, "disappointing": -3, "dull": -2,
    "elegant": 2, "enjoy": 2, "excellent": 3, "fails": -2, "fine": 1, "flat": -1, "flawed": -2, "fresh": 1,
    "good": 2, "great": 3, "harsh": -2, "horrible": -3, "lovely": 2, "mess": -2, "perfect": 3, "poor": -2,
    "rich": 1, "sour": -1, "stale": -2, "superb": 3, "terrible": -3, "thin": -1, "unpleasant": -2, "weak": -1,
    "wonderful": 3, "worst": -3,
}  # fmt: skip
NEGATIONS = {"no", "not", "never", "hardly", "isn't", "wasn't", "don't", "didn't", "without"}
WORD = re.compile(r"[a-z]+(?:'t)?")


def polarity(text):
    """The sum of the words' weights; a negation turns the next two words round."""
    total, turned = 0, 0
    for word in WORD.findall(text.lower()):
        if word in NEGATIONS:
            turned = 3
        weight = WORDS.get(word, 0)
        total += -weight if turned > 0 else weight
        turned -= 1
    return total


def process_batch(texts: list[str]) -> list[dict]:
    """Labels each text POSITIVE or NEGATIVE by the words in it."""
    results = []
    for text in texts:
        positive = 1 / (1 + math.exp(-0.7 * polarity(text)))
        label, score = ("POSITIVE", positive) if positive >= 0.5 else ("NEGATIVE", 1 - positive)
        results.append({"label": label, "score": score})
    return results
