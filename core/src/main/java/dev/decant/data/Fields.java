package dev.decant.data;

import java.util.List;

/// The named values of one record, in the record's own order, as its format wrote them.
///
/// `names` and `values` have the same length. Names are usually one list shared by all rows of a
/// file; a JSON Lines record has its own. Names may repeat in CSV. Immutable; safe to share between
/// threads. The lists are not copied: the source hands them over and changes them no more.
///
/// @param names the columns' names
/// @param values the columns' values, in the form that `encoding` says
/// @param encoding how a value is to be read
public record Fields(List<String> names, List<String> values, Encoding encoding) {
    /// How a value stands in [#values()].
    public enum Encoding {
        /// Plain text, as in a CSV cell.
        TEXT,
        /// One JSON value as it stood in the input: strings in quotes and escaped, numbers with the digits
        /// they were written with, nested values whole.
        JSON
    }

    /// No fields: what is left of a record that could not be read at all.
    public static final Fields NONE = new Fields(List.of(), List.of(), Encoding.TEXT);

    public Fields {
        if (names.size() != values.size()) {
            throw new IllegalArgumentException(names.size() + " names for " + values.size() + " values");
        }
    }

    /// The number of fields.
    public int size() {
        return names.size();
    }
}
