package dev.decant.comparison;

import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sends each row to a `decant serve` as a request of its own, so many at once, and writes down what came back as the
/// other approaches do.
///
/// A closed loop: as many senders as there are requests at once, each a virtual thread with a connection of its own,
/// which takes the next row when its last is answered. A row whose request fails is told with the reason, and the
/// others
/// go on, as long as the server lives.
///
/// @param texts the rows
/// @param atOnce how many requests
/// @param workers of the server, with a thread each
/// @param files what is written when all rows have their answers
record RequestClient(List<String> texts, int atOnce, int workers, RunFiles files, Ticker ticker, InstantSource clock)
        implements Client {
    /// A model that is loaded takes seconds.
    private static final Duration STARTING = Duration.ofMinutes(2);
    /// Longer than the server lets a request wait, so that it is the server who says what was too long.
    private static final Duration ANSWERING = Duration.ofSeconds(90);
    /// For a process that closed its connections to be gone.
    private static final Duration DYING = Duration.ofSeconds(2);

    private static final long LOOK_MILLIS = 2;
    private static final int MOST_STARTING_BYTES = 1 << 16;
    private static final Pattern READY = Pattern.compile("ready on http://[^ ]+:(\\d+) ");

    @Override
    public void ask(Process server, Path printed, long deadline) throws IOException, InterruptedException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), awaitReady(server, printed, deadline));
        RowAnswers answers = new RowAnswers(texts.size());
        Instant startedAt = clock.instant();
        long began = ticker.nanos();
        send(server, address, answers, began, deadline);
        answers.write(files, startedAt, ticker.nanos() - began, workers);
    }

    /// Waits for the line with which `decant serve` says where it listens.
    private int awaitReady(Process server, Path printed, long deadline) throws IOException, InterruptedException {
        long began = ticker.nanos();
        long until = Math.min(deadline, began + STARTING.toNanos());
        while (true) {
            boolean ended = server.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            Matcher ready = READY.matcher(start(printed));
            if (ready.find()) {
                return Integer.parseInt(ready.group(1));
            }
            if (ended) {
                throw new IOException("the server ended before it was ready");
            }
            if (ticker.nanos() >= until) {
                throw new IOException("the server was not ready after " + Math.round((until - began) / 1e9) + " s");
            }
        }
    }

    private static String start(Path printed) throws IOException {
        try (InputStream in = Files.newInputStream(printed)) {
            return new String(in.readNBytes(MOST_STARTING_BYTES), StandardCharsets.UTF_8);
        }
    }

    private void send(Process server, InetSocketAddress address, RowAnswers answers, long began, long deadline)
            throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService senders = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("decant-client-", 0).factory())) {
            List<Future<?>> sending = new ArrayList<>();
            for (int i = 0; i < Math.min(atOnce, texts.size()); i++) {
                sending.add(senders.submit(() -> {
                    sendRows(server, address, next, answers, began, deadline);
                    return null;
                }));
            }
            try {
                for (Future<?> sender : sending) {
                    sender.get();
                }
            } catch (ExecutionException e) {
                senders.shutdownNow();
                if (e.getCause() instanceof IOException fault) {
                    throw fault;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void sendRows(
            Process server,
            InetSocketAddress address,
            AtomicInteger next,
            RowAnswers answers,
            long began,
            long deadline)
            throws IOException, InterruptedException {
        try (HttpConnection connection = new HttpConnection(address, "/predict")) {
            for (int row = next.getAndIncrement(); row < texts.size(); row = next.getAndIncrement()) {
                byte[] body = PredictBody.of(texts.get(row));
                long sent = ticker.nanos();
                long left = Math.min(deadline - sent, ANSWERING.toNanos());
                if (left <= 0) {
                    throw tooLate(row);
                }
                try {
                    HttpConnection.Answer answer =
                            connection.post(body, (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                    long now = ticker.nanos();
                    answers.put(row, PredictBody.label(answer), now - sent, now - began);
                } catch (IOException e) {
                    if (server.waitFor(DYING.toMillis(), TimeUnit.MILLISECONDS)) {
                        throw new IOException("the server ended while row " + row + " was asked for", e);
                    }
                    long now = ticker.nanos();
                    if (now >= deadline) {
                        throw tooLate(row);
                    }
                    answers.put(
                            row, new PredictBody.Label("", String.valueOf(e.getMessage())), now - sent, now - began);
                }
            }
        }
    }

    private IOException tooLate(int row) {
        return new IOException(
                "not done in its time (--timeout): row " + row + " of " + texts.size() + " had no answer");
    }
}
