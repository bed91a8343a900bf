package dev.decant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.Fields;
import dev.decant.data.LabelScore;
import dev.decant.data.Row;
import dev.decant.data.Source;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.ScriptedEngine;
import dev.decant.metrics.ManualTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The clock moves only by what the engines say a call takes.
class WorkerLayoutTest {
    private final ManualTicker ticker = new ManualTicker();
    private final PipelineOptions options = PipelineOptions.DEFAULT.withTicker(ticker);
    private final List<ScriptedEngine> opened = new ArrayList<>();

    private WorkerLayout.Opener engines(Duration callOfMany, Duration callOfOne) {
        return layout -> {
            ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
                ticker.advance(layout.threads() == 1 ? callOfMany : callOfOne);
                return ScriptedEngine.answers(texts);
            });
            opened.add(engine);
            return engine;
        };
    }

    private static Lookahead rows(long count) {
        return new Lookahead(new RowSource(count, i -> RowSource.text(i, "text " + i)));
    }

    @Test
    void theFasterLayoutIsKeptAndTheOtherEngineClosed() throws Exception {
        Lookahead input = rows(100_000);
        var choice = WorkerLayout.auto(4, engines(Duration.ofMillis(80), Duration.ofMillis(20)), input, options);
        assertThat(choice.measured()).isTrue();
        assertThat(choice.layout()).isEqualTo(new WorkerLayout(1, 4));
        assertThat(opened).map(ScriptedEngine::closed).containsExactly(true, false);
        assertThat(choice.engine()).isSameAs(opened.get(1));
        choice.engine().close();
    }

    @Test
    void aWorkerForEachThreadIsKeptWhereItIsFaster() throws Exception {
        var choice =
                WorkerLayout.auto(4, engines(Duration.ofMillis(20), Duration.ofMillis(80)), rows(100_000), options);
        assertThat(choice.measured()).isTrue();
        assertThat(choice.layout()).isEqualTo(new WorkerLayout(4, 1));
        // The first was closed for the second, and is opened again.
        assertThat(opened).map(ScriptedEngine::closed).containsExactly(true, true, false);
        assertThat(choice.engine()).isSameAs(opened.getLast());
        choice.engine().close();
    }

    @Test
    void noTwoEnginesAreOpenAtOnce() throws Exception {
        for (Duration callOfOne : List.of(Duration.ofMillis(1), Duration.ofMillis(80))) {
            WorkerLayout.Opener opener = engines(Duration.ofMillis(20), callOfOne);
            var choice = WorkerLayout.auto(
                    4,
                    layout -> {
                        assertThat(opened).allMatch(ScriptedEngine::closed);
                        return opener.open(layout);
                    },
                    rows(100_000),
                    options);
            assertThat(choice.measured()).isTrue();
            assertThat(opened).filteredOn(engine -> !engine.closed()).hasSize(1);
            choice.engine().close();
        }
    }

    @Test
    void enginesThatShareWhatIsLoadedStayOpenSideBySide() throws Exception {
        WorkerLayout.Opener opener = engines(Duration.ofMillis(20), Duration.ofMillis(80));
        var choice = WorkerLayout.auto(
                4,
                new WorkerLayout.Opener() {
                    @Override
                    public Engine open(WorkerLayout layout) throws IOException {
                        assertThat(opened).noneMatch(ScriptedEngine::closed);
                        return opener.open(layout);
                    }

                    @Override
                    public boolean shares() {
                        return true;
                    }
                },
                rows(100_000),
                options);
        assertThat(opened).map(ScriptedEngine::closed).containsExactly(false, true);
        assertThat(choice.engine()).isSameAs(opened.getFirst());
        choice.engine().close();
    }

    @Test
    void anEngineThatCannotBeOpenedLeavesNoneOpen() throws Exception {
        WorkerLayout.Opener opener = engines(Duration.ofMillis(20), Duration.ofMillis(80));
        WorkerLayout.Opener second = layout -> {
            if (layout.workers() == 1) {
                throw new IOException("no memory");
            }
            return opener.open(layout);
        };
        assertThatThrownBy(() -> WorkerLayout.auto(4, second, rows(100_000), options))
                .isInstanceOf(IOException.class)
                .hasMessage("no memory");
        assertThat(opened).isNotEmpty().allMatch(ScriptedEngine::closed);
    }

    @Test
    void howLongTheRunTakesIsToldByAllWorkersTogether() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        // Four calls at once take as long as one.
        WorkerLayout.Opener opener = layout -> {
            ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
                if (calls.getAndIncrement() % 4 == 0) {
                    ticker.advance(Duration.ofMillis(500));
                }
                return ScriptedEngine.answers(texts);
            });
            opened.add(engine);
            return engine;
        };
        // A minute for one worker with batches of eight.
        var choice = WorkerLayout.auto(4, opener, rows(1_000), options);
        assertThat(choice.measured()).isFalse();
        assertThat(calls).hasValue(4);
        assertThat(opened).hasSize(1);
        choice.engine().close();
    }

    @Test
    void aShortInputIsNotMeasured() throws Exception {
        var choice = WorkerLayout.auto(4, engines(Duration.ofMillis(20), Duration.ofMillis(1)), rows(100), options);
        assertThat(choice.measured()).isFalse();
        assertThat(choice.layout()).isEqualTo(new WorkerLayout(4, 1));
        assertThat(opened).hasSize(1);
    }

    @Test
    void anInputThatIsReadAtOnceIsJudgedByTheLengthOfItsRows() throws Exception {
        // A file of 50 KB: with its first row, a source has all of it in its buffer.
        int count = 5_000;
        Source buffered =
                new RowSource(count, i -> {
                    Fields fields = new Fields(List.of("text"), List.of("text " + (10_000 + i)), Fields.Encoding.TEXT);
                    return new Row.Text(i, i + 1, fields, fields.values().getFirst());
                }) {
                    @Override
                    public Progress progress() {
                        return new Progress(count * 11L, count * 11L);
                    }
                };
        var choice = WorkerLayout.auto(
                4, engines(Duration.ofMillis(80), Duration.ofMillis(20)), new Lookahead(buffered), options);
        assertThat(choice.measured()).isTrue();
        choice.engine().close();
    }

    @Test
    void oneThreadLeavesNothingToChoose() throws Exception {
        var choice = WorkerLayout.auto(1, engines(Duration.ofDays(1), Duration.ZERO), rows(100_000), options);
        assertThat(choice.layout()).isEqualTo(new WorkerLayout(1, 1));
        assertThat(opened).hasSize(1);
    }

    @Test
    void theRowsLookedAtAreStillRead() throws Exception {
        Lookahead input = rows(1_000);
        Engine engine = WorkerLayout.auto(2, engines(Duration.ofMillis(500), Duration.ofMillis(1)), input, options)
                .engine();
        ListSink sink = new ListSink();
        new Pipeline(engine, PipelineOptions.DEFAULT).run(input, sink);
        assertThat(sink.rows).map(Row::index).hasSize(1_000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aFasterLayoutThatAnswersOtherwiseIsNotKept() throws Exception {
        for (String wrong : List.of("another label", "a fault")) {
            WorkerLayout.Opener opener = layout -> new ScriptedEngine((texts, batch) -> {
                ticker.advance(Duration.ofMillis(layout.workers() == 1 ? 80 : 10));
                if (layout.workers() > 1 && texts.contains("text 40")) {
                    if (wrong.equals("a fault")) {
                        throw new EngineException(EngineException.Fault.PERMANENT, "not for two at once");
                    }
                    return Collections.nCopies(
                            texts.size(), new Prediction(List.of(new LabelScore("another label", 1))));
                }
                return ScriptedEngine.answers(texts);
            });
            WorkerLayout usual = new WorkerLayout(1, 2);
            var choice = WorkerLayout.faster(usual, new WorkerLayout(2, 1), opener, rows(100_000), options);
            assertThat(choice.measured()).as(wrong).isTrue();
            assertThat(choice.layout()).as(wrong).isEqualTo(usual);
            choice.engine().close();
        }
    }
}
