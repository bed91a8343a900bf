package dev.decant.python;

import dev.decant.data.LabelScore;
import dev.decant.engine.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Reads what a function returns for a batch: for each text a dict with `label` and `score`, or a list of
/// such dicts. Only these two keys are looked at. Belongs to one thread; the GIL is held.
final class BatchResult {
    private final PythonThread thread;
    private final String function;
    private final int texts;

    BatchResult(PythonThread thread, String function, int texts) {
        this.thread = thread;
        this.function = function;
        this.texts = texts;
    }

    /// The keys, as the str objects that literals in Python code are.
    private static final class Keys {
        static final long LABEL = TextApi.intern("label");
        static final long SCORE = TextApi.intern("score");
    }

    /// The predictions, as many as there are results.
    ///
    /// @throws PythonConversionException when a result is of another form; the message names it
    List<Prediction> read(long result) {
        thread.results().begin();
        if (!isSequence(result)) {
            throw new PythonConversionException(function + " returned a "
                    + thread.results().typeName(result)
                    + ": it must return a list with a dict of label and score for each text");
        }
        long size = size(result);
        List<Prediction> predictions = new ArrayList<>((int) Math.min(size, texts));
        for (long i = 0; i < size; i++) {
            predictions.add(prediction(item(result, i), i));
        }
        return predictions;
    }

    private Prediction prediction(long object, long index) {
        if (!isSequence(object)) {
            return new Prediction(List.of(labelScore(object, index)));
        }
        long size = size(object);
        if (size == 0) {
            throw wrong(index, "is empty: there must be at least one label");
        }
        List<LabelScore> scores = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            scores.add(labelScore(item(object, i), index));
        }
        scores.sort(Comparator.comparingDouble(LabelScore::score).reversed());
        return new Prediction(List.copyOf(scores));
    }

    private LabelScore labelScore(long object, long index) {
        if (!is(object, Types.DICT, Types.DICT_SUBCLASS)) {
            throw wrong(
                    index, "is a " + thread.results().typeName(object) + ": it must be a dict with label and score");
        }
        long label = value(object, Keys.LABEL, "label", index);
        if (!is(label, Types.STR, Types.STR_SUBCLASS)) {
            throw wrong(index, "has a label that is a " + thread.results().typeName(label) + ": it must be a str");
        }
        String name = thread.results().string(label);
        return new LabelScore(name, score(value(object, Keys.SCORE, "score", index), index));
    }

    private float score(long object, long index) {
        double score = number(object, index);
        float rounded = (float) score;
        if (!Float.isFinite(rounded)) {
            throw wrong(index, "has the score " + score + ": it must be finite");
        }
        return rounded;
    }

    private double number(long object, long index) {
        long type = Types.of(object);
        if (type == Types.FLOAT) {
            return Types.floatValue(object);
        }
        if (object == Types.TRUE || object == Types.FALSE) {
            throw notANumber(object, index);
        }
        ObjectApi.incRef(object); // Its own code may run, and let go of it.
        try {
            double score = NumberApi.asDoubleOfAny(object);
            thread.results().begin();
            if (score == -1 && ErrorApi.occurred()) {
                ErrorApi.clear();
                throw notANumber(object, index);
            }
            return score;
        } finally {
            ObjectApi.decRef(object);
        }
    }

    private PythonConversionException notANumber(long object, long index) {
        return wrong(index, "has a score that is a " + thread.results().typeName(object) + " and no finite number");
    }

    private long value(long dict, long key, String name, long index) {
        long value = ContainerApi.get(dict, key);
        if (value == 0) {
            ErrorApi.clear();
            throw wrong(index, "has no '" + name + "'");
        }
        return value;
    }

    private PythonConversionException wrong(long index, String what) {
        String which = texts == 1 ? "the result of " + function : "result " + (index + 1) + " of " + function;
        return new PythonConversionException(which + " " + what);
    }

    private static boolean is(long object, long type, long subclassFlag) {
        long actual = Types.of(object);
        return actual == type || (ObjectApi.typeFlags(actual) & subclassFlag) != 0;
    }

    private static boolean isSequence(long object) {
        return is(object, Types.LIST, Types.LIST_SUBCLASS) || is(object, Types.TUPLE, Types.TUPLE_SUBCLASS);
    }

    private static long size(long sequence) {
        return is(sequence, Types.LIST, Types.LIST_SUBCLASS)
                ? ContainerApi.listSize(sequence)
                : ContainerApi.tupleSize(sequence);
    }

    private static long item(long sequence, long index) {
        return Errors.check(
                is(sequence, Types.LIST, Types.LIST_SUBCLASS)
                        ? ContainerApi.listItem(sequence, index)
                        : ContainerApi.tupleItem(sequence, index));
    }
}
