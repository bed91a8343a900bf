package dev.decant.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Writes an ONNX graph, operator by operator. Field numbers are those of `onnx.proto`.
final class GraphWriter {
    static final int FLOAT = 1;
    static final int UINT8 = 2;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int BOOL = 9;

    private final ProtoMessage graph = new ProtoMessage();

    /// An operator; attributes are messages made by [#attribute].
    GraphWriter node(String operator, List<String> inputs, List<String> outputs, ProtoMessage... attributes) {
        ProtoMessage node = new ProtoMessage();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(3, operator + "_" + outputs.getFirst()).text(4, operator);
        for (ProtoMessage attribute : attributes) {
            node.message(5, attribute);
        }
        graph.message(1, node);
        return this;
    }

    static ProtoMessage attribute(String name, long value) {
        return new ProtoMessage().text(1, name).number(3, value).number(20, 2);
    }

    static ProtoMessage attribute(String name, GraphWriter value) {
        return new ProtoMessage().text(1, name).message(6, value.named("body")).number(20, 5);
    }

    GraphWriter input(String name, int type, Object... shape) {
        graph.message(11, value(name, type, shape));
        return this;
    }

    GraphWriter output(String name, int type, Object... shape) {
        graph.message(12, value(name, type, shape));
        return this;
    }

    GraphWriter floats(String name, float[] values, long... shape) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putFloat(value);
        }
        return tensor(name, FLOAT, raw.array(), shape);
    }

    GraphWriter longs(String name, long[] values, long... shape) {
        ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            raw.putLong(value);
        }
        return tensor(name, INT64, raw.array(), shape);
    }

    GraphWriter tensor(String name, int type, byte[] raw, long... shape) {
        ProtoMessage tensor = new ProtoMessage();
        for (long size : shape) {
            tensor.number(1, size);
        }
        graph.message(5, tensor.number(2, type).text(8, name).bytes(9, raw));
        return this;
    }

    /// A tensor whose values lie in another file.
    GraphWriter external(String name, String location, long... shape) {
        return external(name, location, new String[0], shape);
    }

    /// A tensor whose values lie in another file; `more` are further keys with their values, such as `offset`.
    GraphWriter external(String name, String location, String[] more, long... shape) {
        ProtoMessage tensor = new ProtoMessage();
        for (long size : shape) {
            tensor.number(1, size);
        }
        tensor.number(2, FLOAT).text(8, name);
        tensor.message(13, new ProtoMessage().text(1, "location").text(2, location));
        for (int i = 0; i < more.length; i += 2) {
            tensor.message(13, new ProtoMessage().text(1, more[i]).text(2, more[i + 1]));
        }
        graph.message(5, tensor.number(14, 1));
        return this;
    }

    ProtoMessage named(String name) {
        return graph.text(2, name);
    }

    byte[] toModel() {
        return new ProtoMessage()
                .number(1, 8)
                .message(7, named("model"))
                .message(8, new ProtoMessage().text(1, "").number(2, 13))
                .toBytes();
    }

    private static ProtoMessage value(String name, int type, Object... shape) {
        ProtoMessage dimensions = new ProtoMessage();
        for (Object size : shape) {
            dimensions.message(
                    1,
                    size instanceof Integer number
                            ? new ProtoMessage().number(1, number)
                            : new ProtoMessage().text(2, String.valueOf(size)));
        }
        ProtoMessage tensor = new ProtoMessage().number(1, type).message(2, dimensions);
        return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
    }
}
