package dev.decant.server;

import dev.decant.batch.Admission;
import dev.decant.batch.Priority;
import dev.decant.batch.RequestQueue;
import dev.decant.batch.Submission;
import dev.decant.data.Outcome;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prepared;
import dev.decant.metrics.Ticker;
import dev.decant.server.model.ModelException;
import dev.decant.server.model.ModelInstance;
import dev.decant.server.model.ModelRegistry;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What all protocols do with texts: checks them, prepares them, lets them wait, and waits for them.
///
/// Callable from any number of connections' threads.
final class TextClassification {
    static final HeaderName TIMEOUT = HeaderNames.create("x-request-timeout-ms");

    private static final Pattern MILLIS = Pattern.compile("0*[1-9][0-9]*");

    /// No wait is longer than this without another look at the model's state.
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// How texts are to be classified.
    ///
    /// @param timeout how long the client waits, or null where it does not say
    /// @param truncate whether a text longer than the model's longest input may be cut
    record Ask(Priority priority, @Nullable Duration timeout, boolean truncate) {
        static final Ask DEFAULT = new Ask(Priority.NORMAL, null, true);
    }

    /// What became of texts.
    ///
    /// @param outcomes one for each text, in their order
    /// @param labels the model's labels in id order; empty where it does not know them
    record Answers(String model, String version, List<String> labels, List<Outcome> outcomes) {
        /// The fault of a request whose texts all failed, or null.
        @Nullable
        RequestFault fault() {
            for (Outcome outcome : outcomes) {
                if (!(outcome instanceof Outcome.Failed)) {
                    return null;
                }
            }
            return outcomes.getFirst() instanceof Outcome.Failed failed ? faultOf(failed) : null;
        }

        /// These answers, unless all texts failed.
        Answers usable() throws RequestFault {
            RequestFault fault = fault();
            if (fault != null) {
                throw fault;
            }
            return this;
        }
    }

    private final ModelRegistry models;
    private final Limits limits;
    private final Ticker ticker;

    TextClassification(ModelRegistry models, Limits limits, Ticker ticker) {
        this.models = models;
        this.limits = limits;
        this.ticker = ticker;
    }

    Limits limits() {
        return limits;
    }

    ModelRegistry models() {
        return models;
    }

    /// The fault that a failed text is, where it is all that a request is about.
    static RequestFault faultOf(Outcome.Failed failed) {
        RequestFault.Kind kind = switch (failed.kind()) {
            case UNUSABLE_TEXT, MALFORMED_RECORD -> RequestFault.Kind.UNUSABLE_TEXT;
            case ENGINE_FAULT, WRONG_RESULT, TIMEOUT -> RequestFault.Kind.BACKEND;
        };
        return new RequestFault(kind, failed.message());
    }

    static RequestFault faultOf(ModelException e) {
        return new RequestFault(
                switch (e.reason()) {
                    case UNKNOWN -> RequestFault.Kind.NOT_FOUND;
                    case UNAVAILABLE -> RequestFault.Kind.UNHEALTHY;
                },
                e.getMessage());
    }

    /// The texts' outcomes; each text may fail by itself.
    ///
    /// @param version the version asked for, or null for the one that serves
    Answers classify(Exchange exchange, String model, @Nullable String version, List<String> texts, Ask ask)
            throws RequestFault, InterruptedException {
        exchange.work.model = model;
        check(texts);
        Duration timeout = timeout(exchange, ask);
        try (ModelInstance.Lease lease = models.lease(model)) {
            ModelInstance instance = lease.instance();
            String served = instance.definition().version();
            if (version != null && !version.equals(served)) {
                throw new RequestFault(
                        RequestFault.Kind.NOT_FOUND,
                        "model '" + model + "' has no version " + version + "; it serves version " + served);
            }
            List<Outcome> outcomes = new Run(exchange, instance, texts, ask, timeout).outcomes();
            exchange.work.texts += texts.size();
            for (Outcome outcome : outcomes) {
                instance.metrics().outcome(outcome);
                if (outcome instanceof Outcome.Failed) {
                    exchange.work.failed++;
                }
            }
            return new Answers(model, served, instance.labels(), outcomes);
        } catch (ModelException e) {
            throw faultOf(e);
        }
    }

    private void check(List<String> texts) throws RequestFault {
        if (texts.isEmpty()) {
            throw new RequestFault(RequestFault.Kind.EMPTY, "there are no texts; send at least one");
        }
        if (texts.size() > limits.maxTexts()) {
            throw new RequestFault(
                    RequestFault.Kind.INVALID,
                    texts.size() + " texts in a request; at most " + limits.maxTexts() + " are possible (--max-texts)");
        }
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).length() > limits.maxTextChars()) {
                throw new RequestFault(
                        RequestFault.Kind.INVALID,
                        "text " + i + " has " + texts.get(i).length() + " characters; at most " + limits.maxTextChars()
                                + " are possible (--max-text-chars)");
            }
        }
    }

    private Duration timeout(Exchange exchange, Ask ask) throws RequestFault {
        Duration timeout = limits.requestTimeout();
        if (ask.timeout != null && ask.timeout.compareTo(timeout) < 0) {
            timeout = ask.timeout;
        }
        String header = exchange.header(TIMEOUT);
        if (header == null) {
            return timeout;
        }
        String digits = header.strip();
        if (!MILLIS.matcher(digits).matches()) {
            throw new RequestFault(
                    RequestFault.Kind.INVALID,
                    "x-request-timeout-ms is '" + header + "'; send a number of milliseconds from 1");
        }
        // More digits than a century of milliseconds has: for ever.
        long millis = digits.length() > 13 ? Long.MAX_VALUE : Long.parseLong(digits);
        return millis < timeout.toMillis() ? Duration.ofMillis(millis) : timeout;
    }

    /// One request's texts on their way.
    private final class Run {
        private final Exchange exchange;
        private final ModelInstance instance;
        private final List<String> texts;
        private final Ask ask;
        private final Duration timeout;
        private final @Nullable Outcome[] outcomes;
        private final List<String> usable = new ArrayList<>();
        private final List<Prepared> prepared = new ArrayList<>();

        Run(Exchange exchange, ModelInstance instance, List<String> texts, Ask ask, Duration timeout) {
            this.exchange = exchange;
            this.instance = instance;
            this.texts = texts;
            this.ask = ask;
            this.timeout = timeout;
            this.outcomes = new @Nullable Outcome[texts.size()];
        }

        List<Outcome> outcomes() throws RequestFault, InterruptedException {
            Admission.Full full = instance.queue().refuse();
            if (full != null) {
                throw overloaded(full);
            }
            long before = ticker.nanos();
            for (int i = 0; i < texts.size(); i++) {
                outcomes[i] = prepare(texts.get(i));
            }
            exchange.work.tokenizeNanos += ticker.nanos() - before;
            if (!usable.isEmpty()) {
                merge(submit());
            }
            List<Outcome> all = new ArrayList<>(outcomes.length);
            for (Outcome outcome : outcomes) {
                if (outcome == null) {
                    throw new IllegalStateException("a text has no outcome");
                }
                all.add(outcome);
            }
            return all;
        }

        /// Why a text cannot be run, or null where it has been prepared.
        private @Nullable Outcome prepare(String text) {
            exchange.work.chars += text.length();
            if (text.isEmpty()) {
                return new Outcome.Failed(Outcome.Kind.UNUSABLE_TEXT, "the text is empty");
            }
            try {
                Prepared row = instance.engine().prepare(text);
                if (row.truncated() && !ask.truncate) {
                    return new Outcome.Failed(
                            Outcome.Kind.UNUSABLE_TEXT,
                            "the text is longer than " + instance.info().maxInputTokens()
                                    + " tokens, and is not to be truncated");
                }
                exchange.work.tokens += row.cost();
                usable.add(text);
                prepared.add(row);
                return null;
            } catch (EngineException e) {
                return new Outcome.Failed(Outcome.Kind.UNUSABLE_TEXT, e.getMessage());
            } catch (RuntimeException e) {
                return new Outcome.Failed(Outcome.Kind.UNUSABLE_TEXT, "preparing the text failed: " + e);
            }
        }

        private Submission submit() throws RequestFault, InterruptedException {
            Admission admission = instance.queue().submit(usable, prepared, ask.priority, timeout);
            return switch (admission) {
                case Admission.Accepted(Submission submission) -> awaitEnd(submission);
                case Admission.Full full -> throw overloaded(full);
                case Admission.Closed() -> throw unavailable();
            };
        }

        private static RequestFault overloaded(Admission.Full full) {
            Duration retryAfter = full.retryAfter();
            return new RequestFault(
                    RequestFault.Kind.OVERLOADED,
                    "the model is overloaded; try again in " + retryAfter.toSeconds() + " s",
                    retryAfter);
        }

        private RequestFault unavailable() {
            String broken = instance.broken();
            return new RequestFault(
                    RequestFault.Kind.UNHEALTHY,
                    "the model '" + instance.definition().name() + "' has stopped"
                            + (broken == null ? "" : ": " + broken));
        }

        private Submission awaitEnd(Submission submission) throws RequestFault, InterruptedException {
            RequestQueue queue = instance.queue();
            long end = ticker.nanos() + timeout.toNanos();
            try {
                Duration first = limits.hangUpCheck().compareTo(timeout) < 0 ? limits.hangUpCheck() : timeout;
                if (!submission.await(first)) {
                    exchange.connection.watch(() -> queue.drop(submission, Submission.Drop.CANCELLED));
                    long left = end - ticker.nanos();
                    while (!submission.await(Duration.ofNanos(Math.clamp(left, 0, LOOK.toNanos())))) {
                        left = end - ticker.nanos();
                        if (left <= 0) {
                            queue.drop(submission, Submission.Drop.EXPIRED);
                        } else if (instance.broken() != null) {
                            queue.abandon();
                        }
                    }
                }
            } catch (InterruptedException e) {
                queue.drop(submission, Submission.Drop.CANCELLED);
                throw e;
            }
            Submission.Drop dropped = submission.dropped();
            return switch (dropped) {
                case null -> submission;
                case EXPIRED ->
                    throw new RequestFault(
                            RequestFault.Kind.TIMEOUT, "there was no answer within " + timeout.toMillis() + " ms");
                case CANCELLED -> throw new ClientGoneException();
                case CLOSED -> throw unavailable();
            };
        }

        private void merge(Submission submission) {
            exchange.work.queueNanos += submission.queueTime().toNanos();
            exchange.work.inferenceNanos += submission.inferenceTime().toNanos();
            int next = 0;
            for (int i = 0; i < outcomes.length; i++) {
                if (outcomes[i] == null) {
                    outcomes[i] = submission.outcome(next++);
                }
            }
        }
    }
}
