package dev.decant.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An inference request of the Open Inference Protocol v2, with its binary tensor data extension.
///
/// @param id what the client calls it; empty where it does not say
/// @param texts the elements of the input tensor
/// @param outputs the outputs asked for, in their order; empty: the usual ones
/// @param binary whether outputs that do not say are answered in binary
/// @param parameters the request's own parameters
record OipRequest(
        String id, List<String> texts, List<Output> outputs, boolean binary, Map<String, @Nullable Object> parameters) {
    static final String INPUT = "text";

    /// An output asked for.
    ///
    /// @param classification how many of the best classes are asked for, as text; 0: the tensor itself
    /// @param binary whether its data is asked for in binary, or null where the request as a whole says
    record Output(String name, int classification, @Nullable Boolean binary) {}

    /// Reads a body.
    ///
    /// @param jsonLength the bytes of JSON at its beginning, behind which the binary tensors stand; -1: all of it
    static OipRequest read(byte[] body, int jsonLength) throws RequestFault {
        int json = jsonLength < 0 ? body.length : jsonLength;
        if (json > body.length) {
            throw malformed(
                    "Inference-Header-Content-Length is " + json + ", and the body has " + body.length + " bytes");
        }
        Map<String, @Nullable Object> request = Json.object(body, 0, json);
        ByteBuffer tensors = ByteBuffer.wrap(body, json, body.length - json).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, @Nullable Object> parameters = parameters(request);
        String id = switch (request.get("id")) {
            case null -> "";
            case String text -> text;
            default -> throw malformed("'id' is a string");
        };
        List<String> texts = texts(request, tensors);
        if (tensors.hasRemaining()) {
            throw malformed(tensors.remaining() + " bytes of the body belong to no input");
        }
        return new OipRequest(
                id, texts, outputs(request), Boolean.TRUE.equals(parameters.get("binary_data_output")), parameters);
    }

    private static Map<String, @Nullable Object> parameters(Map<String, @Nullable Object> of) throws RequestFault {
        return switch (of.get("parameters")) {
            case null -> Map.of();
            case Map<?, ?> map -> Json.cast(map);
            default -> throw malformed("'parameters' is an object");
        };
    }

    private static List<Map<String, @Nullable Object>> objects(Map<String, @Nullable Object> of, String key)
            throws RequestFault {
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        switch (of.get(key)) {
            case null -> {}
            case List<?> list -> {
                for (Object item : list) {
                    if (!(item instanceof Map<?, ?> map)) {
                        throw malformed("'" + key + "' is a list of objects");
                    }
                    objects.add(Json.cast(map));
                }
            }
            default -> throw malformed("'" + key + "' is a list of objects");
        }
        return objects;
    }

    private static List<String> texts(Map<String, @Nullable Object> request, ByteBuffer tensors) throws RequestFault {
        List<Map<String, @Nullable Object>> inputs = objects(request, "inputs");
        if (inputs.size() != 1 || !INPUT.equals(inputs.getFirst().get("name"))) {
            throw malformed("there is one input, and it is called '" + INPUT + "'");
        }
        Map<String, @Nullable Object> input = inputs.getFirst();
        if (!"BYTES".equals(input.get("datatype"))) {
            throw malformed("input '" + INPUT + "' has the datatype BYTES, not " + input.get("datatype"));
        }
        long elements = elements(input.get("shape"));
        Object size = parameters(input).get("binary_data_size");
        List<String> texts = new ArrayList<>();
        if (size == null) {
            flatten(input.get("data"), texts);
        } else {
            readBinary(tensors, size, texts);
        }
        if (texts.size() != elements) {
            throw malformed("input '" + INPUT + "' has " + texts.size() + " elements, and its shape says " + elements);
        }
        return texts;
    }

    private static long elements(@Nullable Object shape) throws RequestFault {
        if (!(shape instanceof List<?> dimensions) || dimensions.isEmpty()) {
            throw malformed("input '" + INPUT + "' has no shape, such as [2]");
        }
        long elements = 1;
        for (Object dimension : dimensions) {
            if (!(dimension instanceof Long number) || number < 0 || number > Integer.MAX_VALUE) {
                throw malformed("the shape of input '" + INPUT + "' is a list of numbers from 0");
            }
            elements = Math.min(elements * number, Integer.MAX_VALUE);
        }
        return elements;
    }

    private static void flatten(@Nullable Object data, List<String> texts) throws RequestFault {
        switch (data) {
            case String text -> texts.add(text);
            case List<?> list -> {
                for (Object item : list) {
                    flatten(item, texts);
                }
            }
            case null, default -> throw malformed("the data of input '" + INPUT + "' are strings");
        }
    }

    private static void readBinary(ByteBuffer tensors, Object size, List<String> texts) throws RequestFault {
        if (!(size instanceof Long bytes) || bytes < 0 || bytes > tensors.remaining()) {
            throw malformed("'binary_data_size' is " + size + ", and " + tensors.remaining() + " bytes are left");
        }
        int end = tensors.position() + bytes.intValue();
        while (tensors.position() < end) {
            int left = end - tensors.position();
            int length = left < 4 ? -1 : tensors.getInt();
            if (length < 0 || length > left - 4) {
                throw malformed("element " + texts.size() + " of input '" + INPUT + "' is longer than its tensor");
            }
            ByteBuffer text = tensors.slice(tensors.position(), length);
            tensors.position(tensors.position() + length);
            try {
                texts.add(StandardCharsets.UTF_8.newDecoder().decode(text).toString());
            } catch (CharacterCodingException e) {
                throw malformed("element " + texts.size() + " of input '" + INPUT + "' is not UTF-8");
            }
        }
    }

    private static List<Output> outputs(Map<String, @Nullable Object> request) throws RequestFault {
        List<Output> outputs = new ArrayList<>();
        for (Map<String, @Nullable Object> output : objects(request, "outputs")) {
            if (!(output.get("name") instanceof String name)) {
                throw malformed("an output has no name");
            }
            Map<String, @Nullable Object> parameters = parameters(output);
            int classes = 0;
            if (parameters.get("classification") instanceof Long number) {
                classes = Math.clamp(number, 0, Integer.MAX_VALUE);
            }
            outputs.add(new Output(name, classes, parameters.get("binary_data") instanceof Boolean flag ? flag : null));
        }
        return outputs;
    }

    static RequestFault malformed(String message) {
        return new RequestFault(RequestFault.Kind.MALFORMED, message);
    }
}
