package dev.decant.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// An output tensor of the Open Inference Protocol, as JSON or in its binary form (little-endian).
sealed interface OipTensor {
    String name();

    List<Integer> shape();

    String datatype();

    /// The elements one after the other, as JSON values.
    void writeData(JsonGenerator json);

    /// The elements in binary.
    byte[] binary();

    /// Strings.
    record Bytes(String name, List<Integer> shape, List<String> data) implements OipTensor {
        @Override
        public String datatype() {
            return "BYTES";
        }

        @Override
        public void writeData(JsonGenerator json) {
            data.forEach(json::writeString);
        }

        @Override
        public byte[] binary() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (String element : data) {
                byte[] bytes = element.getBytes(StandardCharsets.UTF_8);
                byte[] length = ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(bytes.length)
                        .array();
                out.writeBytes(length);
                out.writeBytes(bytes);
            }
            return out.toByteArray();
        }
    }

    /// Floats; NaN, which JSON does not know, is null there.
    record Floats(String name, List<Integer> shape, List<Float> data) implements OipTensor {
        @Override
        public String datatype() {
            return "FP32";
        }

        @Override
        public void writeData(JsonGenerator json) {
            for (float value : data) {
                if (Float.isNaN(value)) {
                    json.writeNull();
                } else {
                    json.writeNumber(value);
                }
            }
        }

        @Override
        public byte[] binary() {
            ByteBuffer bytes = ByteBuffer.allocate(4 * data.size()).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : data) {
                bytes.putFloat(value);
            }
            return bytes.array();
        }
    }
}
