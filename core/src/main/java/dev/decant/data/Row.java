package dev.decant.data;

/// One input record, stamped by its source.
///
/// `index` counts records from 0 in input order and is never reused: it is what ties an outcome to
/// its record, whatever the batching. `line` is the line of the input on which the record starts,
/// from 1, for messages. Immutable; owned by whoever holds it.
public sealed interface Row {
    /// The record's place in the input, from 0.
    long index();

    /// The line of the input on which the record starts, from 1; 0 where there are no lines.
    long line();

    /// The record's own columns, to be kept in the output.
    Fields fields();

    /// A record with a text to classify.
    ///
    /// @param text the text, never blank
    record Text(long index, long line, Fields fields, String text) implements Row {}

    /// A record with nothing to classify; it ends as [Outcome.Skipped].
    ///
    /// @param reason why there is nothing, such as `empty text`
    record Blank(long index, long line, Fields fields, String reason) implements Row {}

    /// A record that its format could not read; it ends as [Outcome.Failed], alone.
    ///
    /// @param message what is wrong with it, with its line; made one line where names in it have more
    record Malformed(long index, long line, Fields fields, String message) implements Row {
        public Malformed {
            message = OneLine.of(message);
        }
    }
}
