package dev.decant.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Sends requests at moments that were fixed beforehand, whether or not earlier ones have been answered, and
/// measures each from its moment to its answer.
///
/// So a server that stalls is charged for all that should have been sent meanwhile (Gil Tene, "How NOT to Measure
/// Latency"; wrk2 does the same). The moments are those of a Poisson process with a fixed seed.
/// `OpenLoop PORT TEXTS RATE SECONDS WARM_UP single|mixed MODEL` with a file of JSON strings, one a line; prints JSON.
final class OpenLoop {
    private static final int TIMEOUT_MILLIS = 90_000;

    /// Connections at once: less than a server takes by default, more than its queue.
    private static final int CONNECTIONS = 3_000;

    /// Requests that wait or are on their way; further ones are counted as not sent.
    private static final int OUTSTANDING = 20_000;

    private static final long SEED = 20_260_101;
    private static final long HANG_UP_AFTER_NANOS = 2_000_000;

    private final InetSocketAddress server;
    private final List<String> texts;
    private final String model;
    private final ConcurrentLinkedDeque<HttpConnection> idle = new ConcurrentLinkedDeque<>();
    private final Semaphore connections = new Semaphore(CONNECTIONS);
    private final Semaphore outstanding = new Semaphore(OUTSTANDING);
    private final Tally tally = new Tally();

    private OpenLoop(int port, List<String> texts, String model) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.texts = texts;
        this.model = model;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 7) {
            System.err.println("OpenLoop PORT TEXTS RATE SECONDS WARM_UP single|mixed MODEL");
            System.exit(2);
        }
        OpenLoop load =
                new OpenLoop(Integer.parseInt(arguments[0]), Files.readAllLines(Path.of(arguments[1])), arguments[6]);
        double rate = Double.parseDouble(arguments[2]);
        double seconds = Double.parseDouble(arguments[3]);
        load.run(rate, seconds, Double.parseDouble(arguments[4]), arguments[5].equals("mixed"));
        System.out.println(load.tally.json(rate, seconds));
    }

    private void run(double rate, double seconds, double warmUp, boolean mixed) throws InterruptedException {
        Random random = new Random(SEED);
        long start = System.nanoTime();
        long measured = start + (long) (warmUp * 1e9);
        long end = measured + (long) (seconds * 1e9);
        double due = start;
        for (long number = 0; ; number++) {
            due += -Math.log(1 - random.nextDouble()) / rate * 1e9;
            long moment = (long) due;
            if (moment >= end) {
                break;
            }
            RequestKind kind = mixed ? RequestKind.mixed(random.nextInt(100)) : RequestKind.SINGLE;
            for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            boolean counts = moment >= measured;
            if (!outstanding.tryAcquire()) {
                note(counts, kind, "not_sent", 0);
                continue;
            }
            long own = number;
            Thread.ofVirtual().start(() -> {
                try {
                    send(kind, own, moment, counts);
                } finally {
                    outstanding.release();
                }
            });
        }
        if (!outstanding.tryAcquire(OUTSTANDING, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
            System.err.println("requests are still on their way: " + (OUTSTANDING - outstanding.availablePermits()));
        }
    }

    private void note(boolean counts, RequestKind kind, String outcome, long moment) {
        if (counts) {
            tally.add(
                    kind.name().toLowerCase(Locale.ROOT) + " " + outcome, moment == 0 ? 0 : System.nanoTime() - moment);
        }
    }

    private void send(RequestKind kind, long number, long moment, boolean counts) {
        byte[] request = kind.request(texts, number, model);
        connections.acquireUninterruptibly();
        try {
            exchange(kind, request, moment, counts);
        } catch (SocketTimeoutException e) {
            note(counts, kind, "timeout", moment);
        } catch (IOException e) {
            note(counts, kind, "broken", moment);
            System.err.println(kind + ": " + e);
        } finally {
            connections.release();
        }
    }

    private void exchange(RequestKind kind, byte[] request, long moment, boolean counts) throws IOException {
        HttpConnection connection = connect();
        boolean keep = false;
        try {
            if (counts) {
                tally.late(System.nanoTime() - moment);
            }
            connection.send(request);
            if (kind == RequestKind.HANG_UP) {
                LockSupport.parkNanos(HANG_UP_AFTER_NANOS);
                note(counts, kind, "gone", moment);
                return;
            }
            HttpConnection.Answer answer = connection.receive();
            keep = !answer.last();
            note(counts, kind, Integer.toString(answer.status()), moment);
            if (answer.status() == 429 && !answer.retryAfter()) {
                tally.withoutRetryAfter();
            }
        } finally {
            if (keep) {
                idle.push(connection);
            } else {
                connection.close();
            }
        }
    }

    private HttpConnection connect() throws IOException {
        @Nullable HttpConnection connection = idle.poll();
        return connection == null ? new HttpConnection(server, TIMEOUT_MILLIS) : connection;
    }
}
