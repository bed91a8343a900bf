package dev.decant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.data.Row;
import dev.decant.engine.Engine;
import dev.decant.engine.ScriptedEngine;
import dev.decant.metrics.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        assertThat(opened).map(ScriptedEngine::closed).containsExactly(false, true);
    }

    @Test
    void aShortInputIsNotMeasured() throws Exception {
        var choice = WorkerLayout.auto(4, engines(Duration.ofMillis(20), Duration.ofMillis(1)), rows(100), options);
        assertThat(choice.measured()).isFalse();
        assertThat(choice.layout()).isEqualTo(new WorkerLayout(4, 1));
        assertThat(opened).hasSize(1);
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
}
