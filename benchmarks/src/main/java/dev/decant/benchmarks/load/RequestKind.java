package dev.decant.benchmarks.load;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What a client sends, and how it behaves.
enum RequestKind {
    /// One text, as Text Embeddings Inference takes it.
    SINGLE("/predict", 1) {
        @Override
        String body(List<String> texts) {
            return "{\"inputs\":" + texts.getFirst() + "}";
        }
    },
    /// Eight texts in one request.
    BATCH("/predict", 8) {
        @Override
        String body(List<String> texts) {
            return "{\"inputs\":["
                    + texts.stream().map(text -> "[" + text + "]").collect(Collectors.joining(",")) + "]}";
        }
    },
    /// Four texts, by the Open Inference Protocol.
    OIP("/v2/models/%s/infer", 4) {
        @Override
        String body(List<String> texts) {
            return "{\"inputs\":[{\"name\":\"text\",\"shape\":[" + texts.size() + "],\"datatype\":\"BYTES\",\"data\":["
                    + String.join(",", texts) + "]}]}";
        }
    },
    /// A client that goes before its answer is there.
    HANG_UP("/predict", 8) {
        @Override
        String body(List<String> texts) {
            return BATCH.body(texts);
        }
    },
    /// JSON that ends in the middle.
    BAD("/predict", 1) {
        @Override
        String body(List<String> texts) {
            return "{\"inputs\":[" + texts.getFirst();
        }
    };

    private static final int SINGLES = 70;
    private static final int BATCHES = 10;
    private static final int OIPS = 10;
    private static final int HANG_UPS = 5;

    private final String path;
    final int size;

    RequestKind(String path, int size) {
        this.path = path;
        this.size = size;
    }

    /// The JSON of some texts, which are JSON strings themselves.
    abstract String body(List<String> texts);

    /// The request number `number`; its texts are like no other's, so that the server cannot run them as one.
    byte[] request(List<String> texts, long number, String model) {
        List<String> own = IntStream.range(0, size)
                .mapToObj(i -> {
                    String text = texts.get((int) ((number * 7 + i) % texts.size()));
                    return text.substring(0, text.length() - 1) + " " + (number * size + i) + "\"";
                })
                .toList();
        return HttpConnection.request(path.formatted(model), body(own));
    }

    /// A kind of the mixed load: of a hundred, 70 singles, 10 batches, 10 by the Open Inference Protocol, 5 that hang
    /// up, 5 bad ones.
    ///
    /// @param percent from 0 to 99
    static RequestKind mixed(int percent) {
        if (percent < SINGLES) {
            return SINGLE;
        }
        if (percent < SINGLES + BATCHES) {
            return BATCH;
        }
        if (percent < SINGLES + BATCHES + OIPS) {
            return OIP;
        }
        return percent < SINGLES + BATCHES + OIPS + HANG_UPS ? HANG_UP : BAD;
    }
}
