package dev.decant.comparison;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The bodies of `POST /predict` as Text Embeddings Inference has it: a text in, its labels out, the best first.
final class PredictBody {
    private static final JsonFactory JSON = new JsonFactory();

    /// What a row got.
    ///
    /// @param label empty where it has none
    /// @param fault why it has none; else empty
    record Label(String label, String fault) {}

    private PredictBody() {}

    static byte[] of(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 64);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("inputs", asOthersReadIt(text));
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /// The other approaches are given a file, in which a lone surrogate is a question mark.
    private static String asOthersReadIt(String text) {
        return text.chars().anyMatch(c -> Character.isSurrogate((char) c))
                ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                : text;
    }

    /// The first label of an answer, or the error in it.
    ///
    /// @throws IOException when the answer has neither
    static Label label(HttpConnection.Answer answer) throws IOException {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), answer.body())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "label".equals(json.currentName()) && answer.status() == 200) {
                    return new Label(json.getString(), "");
                }
                if (token == JsonToken.VALUE_STRING && "error".equals(json.currentName())) {
                    return new Label("", "status " + answer.status() + ": " + json.getString());
                }
            }
        } catch (JacksonException e) {
            throw new IOException("status " + answer.status() + ", and no JSON: " + e.getOriginalMessage(), e);
        }
        throw new IOException("status " + answer.status() + ", and no label");
    }
}
