package dev.decant.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/// What has to be known of an ONNX file before it is loaded: the operators of its graph, and the files
/// that its weights lie in.
///
/// Read from the mapped file's Protocol Buffers wire format; weights are stepped over, not read. Lengths
/// are checked against what encloses them, depth is bounded by 64.
///
/// @param operators the names of the operators, those of subgraphs and functions included
/// @param externalFiles the files named for weights outside the ONNX file
record OnnxGraph(Set<String> operators, Set<String> externalFiles) {
    // A scale per batch, so that a row's score depends on the rows beside it.
    private static final Set<String> PER_BATCH = Set.of(
            "DynamicQuantizeLinear",
            "DynamicQuantizeMatMul",
            "DynamicQuantizeLSTM",
            "MatMulIntegerToFloat",
            "MatMulInteger",
            "ConvInteger",
            "QAttention",
            "QEmbedLayerNormalization");

    /// Whether a row's score is the same whatever rows are beside it in the batch.
    boolean batchInvariant() {
        return operators.stream().noneMatch(PER_BATCH::contains);
    }

    /// @throws MalformedGraph when the bytes are not an ONNX model
    static OnnxGraph read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Scan scan = new Scan(bytes);
            scan.message(Kind.MODEL, 0, bytes.byteSize(), 0);
            if (!scan.graphSeen) {
                throw new MalformedGraph("it holds no graph");
            }
            return new OnnxGraph(scan.operators, scan.externalFiles);
        }
    }

    /// The bytes are not an ONNX model.
    static final class MalformedGraph extends IOException {
        private static final long serialVersionUID = 1;

        MalformedGraph(String message) {
            super(message);
        }
    }

    /// The messages of `onnx.proto` that are walked through.
    private enum Kind {
        MODEL,
        GRAPH,
        FUNCTION,
        NODE,
        ATTRIBUTE,
        TENSOR,
        SPARSE_TENSOR,
        ENTRY
    }

    private static final class Scan {
        private static final int DEEPEST = 64;
        private static final int LONGEST_NAME = 4096;
        private static final long LARGEST_TAG = 0xFFFF_FFFFL;
        private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

        final Set<String> operators = new LinkedHashSet<>();
        final Set<String> externalFiles = new LinkedHashSet<>();
        boolean graphSeen;
        private final MemorySegment bytes;
        private long at;
        private String key = "";
        private String value = "";

        Scan(MemorySegment bytes) {
            this.bytes = bytes;
        }

        void message(Kind kind, long start, long end, int depth) throws MalformedGraph {
            if (depth > DEEPEST) {
                throw new MalformedGraph("its graphs are nested more than " + DEEPEST + " deep");
            }
            at = start;
            while (at < end) {
                long tag = varint(end);
                if (tag < 0 || tag > LARGEST_TAG) {
                    // Readers of 32 bits would cut it, and find another field than is found here.
                    throw new MalformedGraph("a field in it has a number that no format knows");
                }
                int field = (int) (tag >>> 3);
                switch ((int) tag & 7) {
                    case 0 -> varint(end);
                    case 1 -> skip(8, end);
                    case 5 -> skip(4, end);
                    case 2 -> {
                        long length = varint(end);
                        if (length < 0 || length > end - at) {
                            throw new MalformedGraph("a length in it reaches beyond its end");
                        }
                        long next = at + length;
                        field(kind, field, next, depth);
                        at = next;
                    }
                    default -> throw new MalformedGraph("it is not in the Protocol Buffers format");
                }
            }
        }

        // Field numbers of onnx.proto.
        private void field(Kind kind, int field, long end, int depth) throws MalformedGraph {
            switch (kind) {
                case MODEL -> {
                    if (field == 7) {
                        graphSeen = true;
                        message(Kind.GRAPH, at, end, depth + 1);
                    } else if (field == 25) {
                        message(Kind.FUNCTION, at, end, depth + 1);
                    }
                }
                case GRAPH -> {
                    if (field == 1) {
                        message(Kind.NODE, at, end, depth + 1);
                    } else if (field == 5) {
                        message(Kind.TENSOR, at, end, depth + 1);
                    } else if (field == 15) {
                        message(Kind.SPARSE_TENSOR, at, end, depth + 1);
                    }
                }
                case FUNCTION -> {
                    if (field == 7) {
                        message(Kind.NODE, at, end, depth + 1);
                    } else if (field == 11) {
                        message(Kind.ATTRIBUTE, at, end, depth + 1);
                    }
                }
                case NODE -> {
                    if (field == 4) {
                        operators.add(string(end));
                    } else if (field == 5) {
                        message(Kind.ATTRIBUTE, at, end, depth + 1);
                    }
                }
                case ATTRIBUTE -> {
                    if (field == 6 || field == 11) {
                        message(Kind.GRAPH, at, end, depth + 1);
                    } else if (field == 5 || field == 10) {
                        message(Kind.TENSOR, at, end, depth + 1);
                    } else if (field == 22 || field == 23) {
                        message(Kind.SPARSE_TENSOR, at, end, depth + 1);
                    }
                }
                case SPARSE_TENSOR -> {
                    if (field == 1 || field == 2) {
                        message(Kind.TENSOR, at, end, depth + 1);
                    }
                }
                case TENSOR -> {
                    if (field == 13) {
                        key = "";
                        value = "";
                        message(Kind.ENTRY, at, end, depth + 1);
                        if (key.equals("location")) {
                            externalFiles.add(value);
                        }
                    }
                }
                case ENTRY -> {
                    if (field == 1) {
                        key = string(end);
                    } else if (field == 2) {
                        value = string(end);
                    }
                }
            }
        }

        private String string(long end) throws MalformedGraph {
            if (end - at > LONGEST_NAME) {
                throw new MalformedGraph("a name in it is longer than " + LONGEST_NAME + " bytes");
            }
            return new String(bytes.asSlice(at, end - at).toArray(BYTE), StandardCharsets.UTF_8);
        }

        private long varint(long end) throws MalformedGraph {
            long value = 0;
            for (int shift = 0; shift < 64 && at < end; shift += 7) {
                byte b = bytes.get(BYTE, at++);
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new MalformedGraph("it ends within a number");
        }

        private void skip(int count, long end) throws MalformedGraph {
            if (end - at < count) {
                throw new MalformedGraph("it ends within a number");
            }
            at += count;
        }
    }
}
