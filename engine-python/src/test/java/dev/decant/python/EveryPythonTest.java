package dev.decant.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.decant.script.ChildJvm;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// The tests of values, exceptions and the engine again, with each Python of this machine.
final class EveryPythonTest {
    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> theSameHoldsInEveryVersion() {
        List<PythonInstallation> all = Pythons.all();
        assumeThat(all).as("usable Pythons on this machine").isNotEmpty();
        return all.stream()
                .map(python ->
                        DynamicTest.dynamicTest(python.version() + " of " + python.executable(), () -> holds(python)));
    }

    private void holds(PythonInstallation python) throws Exception {
        ChildJvm.Result result = ChildJvm.start(
                        folder, List.of("-Ddecant.python=" + python.executable()), Program.class)
                .await();
        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        assertThat(result.out()).contains(" 0 tests skipped").contains("with CPython " + python.version());
    }

    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(
                                            selectClass(PythonFunctionTest.class),
                                            selectClass(PythonExceptionTest.class),
                                            selectClass(PythonEngineTest.class))
                                    .build(),
                            listener);
            try (PythonRuntime python = Pythons.start()) {
                System.out.println("with CPython " + python.installation().version());
            }
            PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
            listener.getSummary().printTo(out);
            listener.getSummary().printFailuresTo(out);
            System.exit(listener.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
        }
    }
}
