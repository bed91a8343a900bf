package dev.decant.comparison;

import dev.decant.metrics.ProcessTree;
import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Runs one command to its end, or to the end of its time, and watches its process tree.
///
/// One at a time: the CPU time of children is counted for all of them together. Whatever happens, no process of the
/// tree that was seen is left when [#watch] returns, nor when this JVM is told to end.
///
/// A program that serves gets a client instead of rows: when the client has what it wants, the program is asked to end
/// (SIGTERM), as its user would.
///
/// @param limit the longest that a run may take
record ProcessRun(Duration limit, SamplingPolicy sampling, Ticker ticker, InstantSource clock) {
    private static final int TAIL_LINES = 12;
    private static final int TAIL_CHARS = 400;
    private static final Duration DYING = Duration.ofSeconds(10);
    /// Nothing is in flight when a server is asked to end.
    private static final Duration STOPPING = Duration.ofSeconds(10);

    Observation watch(Launch launch, Path printed, Optional<Client> client) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(launch.command())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        launch.unset().forEach(builder.environment()::remove);
        builder.environment().putAll(launch.set());

        Optional<ChildUsage> usage = ChildUsage.soFar();
        Optional<MachineLoad> load = MachineLoad.soFar();
        double own = ProcessTree.cpu().toNanos() / 1e9;
        Instant startedAt = clock.instant();
        long began = ticker.nanos();
        Process process;
        TreeSampler.Curve memory;
        boolean ended;
        double wall;
        Optional<String> fault = Optional.empty();
        try (WatchedProcess watched = new WatchedProcess(startedAt)) {
            process = watched.start(builder);
            try (TreeSampler sampler = TreeSampler.start(process.pid(), sampling, ticker, began)) {
                watched.seen(sampler::seen);
                if (client.isPresent()) {
                    fault = serve(process, printed, client.get(), began + limit.toNanos());
                    ended = !process.isAlive();
                } else {
                    ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                }
                wall = (ticker.nanos() - began) / 1e9;
                memory = sampler.curve();
            }
        } catch (IOException e) {
            return new Observation.Broken(-1, String.valueOf(e.getMessage()), List.of());
        }
        if (!ended) {
            process.waitFor(DYING.toSeconds(), TimeUnit.SECONDS);
            String reason = fault.orElse("not done after " + limit.toSeconds() + " s (--timeout)");
            return new Observation.Broken(-1, reason + "; ended by force", tail(printed));
        }
        if (process.exitValue() != 0) {
            List<String> tail = tail(printed);
            String last = tail.isEmpty() ? "" : ": " + tail.getLast();
            return new Observation.Broken(
                    process.exitValue(), "ended with exit code " + process.exitValue() + last, tail);
        }
        if (fault.isPresent()) {
            return new Observation.Broken(0, fault.get(), tail(printed));
        }
        ChildUsage spent = usage.flatMap(before -> ChildUsage.soFar().map(after -> after.since(before)))
                .orElse(new ChildUsage(-1, -1, -1));
        double ownSpent = ProcessTree.cpu().toNanos() / 1e9 - own;
        double asking = client.isPresent() ? Math.max(0, ownSpent - memory.cpuSeconds()) : 0;
        double other = load.flatMap(
                        before -> MachineLoad.soFar().map(after -> after.busySeconds() - before.busySeconds()))
                .map(busy -> Math.max(0, busy - Math.max(0, spent.cpuSeconds()) - ownSpent))
                .orElse(-1.0);
        return new Observation.Ended(startedAt, wall, spent, memory, asking, other);
    }

    /// Lets the client ask, and then the server end. What went wrong, where something did.
    private Optional<String> serve(Process server, Path printed, Client client, long deadline)
            throws InterruptedException {
        try {
            client.ask(server, printed, deadline);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        Duration patience = limit.compareTo(STOPPING) < 0 ? limit : STOPPING;
        server.destroy();
        return server.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.empty()
                : Optional.of("all rows were answered, but the server did not end within " + patience.toSeconds()
                        + " s of SIGTERM");
    }

    /// The last lines that a run printed, without the blank ones.
    static List<String> tail(Path printed) throws IOException {
        String end;
        try (SeekableByteChannel channel = Files.newByteChannel(printed);
                InputStream in = Channels.newInputStream(channel)) {
            channel.position(Math.max(0, channel.size() - TAIL_LINES * TAIL_CHARS));
            end = new String(in.readNBytes(TAIL_LINES * TAIL_CHARS), StandardCharsets.UTF_8);
        }
        List<String> lines = end.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> line.length() <= TAIL_CHARS ? line : line.substring(0, TAIL_CHARS) + "…")
                .toList();
        return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    }
}
