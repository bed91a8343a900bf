package dev.decant.onnx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ids that a `post_processor` puts before and after the tokens of a single text.
final class SpecialTokens {
    private final int[] before;
    private final int[] after;

    private SpecialTokens(List<Integer> before, List<Integer> after) {
        this.before = before.stream().mapToInt(Integer::intValue).toArray();
        this.after = after.stream().mapToInt(Integer::intValue).toArray();
    }

    int[] before() {
        return before;
    }

    int[] after() {
        return after;
    }

    static SpecialTokens read(String file, @Nullable JsonObject processor) throws ModelException {
        if (processor == null) {
            return new SpecialTokens(List.of(), List.of());
        }
        String type = processor.string("type", "one without a type");
        return switch (type) {
            case "TemplateProcessing" -> template(processor);
            case "BertProcessing", "RobertaProcessing" ->
                new SpecialTokens(List.of(pairId(processor, "cls")), List.of(pairId(processor, "sep")));
            default ->
                throw new ModelException(file + ": the post_processor is " + type
                        + "; only TemplateProcessing, BertProcessing and RobertaProcessing are supported");
        };
    }

    private static SpecialTokens template(JsonObject processor) throws ModelException {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        boolean seen = false;
        for (Object entry : processor.list("single")) {
            JsonObject part = JsonObject.of(processor.where() + ": single", entry);
            JsonObject special = part.object("SpecialToken");
            JsonObject text = part.object("Sequence");
            JsonObject either = special == null ? text : special;
            if (either == null || (text != null && seen) || either.integer("type_id", 0) != 0) {
                throw new ModelException(
                        processor.where()
                                + ": single is not a text with special tokens around it, all of type 0; only that is supported");
            }
            seen |= text != null;
            if (special != null) {
                (seen ? after : before).addAll(ids(processor, special.string("id", "")));
            }
        }
        if (!seen) {
            throw new ModelException(processor.where() + ": single has no place for the text");
        }
        return new SpecialTokens(before, after);
    }

    private static List<Integer> ids(JsonObject processor, String token) throws ModelException {
        JsonObject all = processor.object("special_tokens");
        JsonObject one = all == null ? null : all.object(token);
        List<Integer> ids = new ArrayList<>();
        for (Object id : one == null ? List.of() : one.list("ids")) {
            ids.add(id(processor, id));
        }
        if (ids.isEmpty()) {
            throw new ModelException(processor.where() + ": special_tokens has no ids for '" + token + "'");
        }
        return ids;
    }

    private static int pairId(JsonObject processor, String key) throws ModelException {
        List<?> pair = processor.list(key);
        return id(processor, pair.size() == 2 ? pair.get(1) : null);
    }

    private static int id(JsonObject processor, @Nullable Object id) throws ModelException {
        if (id instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw new ModelException(processor.where() + ": '" + id + "' is not a token's id");
    }
}
