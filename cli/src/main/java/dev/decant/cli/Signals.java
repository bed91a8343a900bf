package dev.decant.cli;

import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns SIGINT and SIGTERM into a request to stop, until it is told to restore; a second one ends the
/// process at once.
///
/// Over `sun.misc.Signal`, the only API there is (a shutdown hook sees no second signal), by reflection:
/// javac warns of its use in a way that cannot be switched off, and warnings are errors here. A JVM
/// without it stops as JVMs do.
final class Signals {
    private static final Map<String, Integer> NUMBERS = Map.of("SIGINT", 2, "SIGTERM", 15);

    private final Map<Object, Object> before = new LinkedHashMap<>();
    private final @Nullable Method handle;

    private Signals(@Nullable Method handle) {
        this.handle = handle;
    }

    /// The number of a signal that this class handles.
    static int number(String name) {
        return NUMBERS.getOrDefault(name, 2);
    }

    /// Starts handling.
    ///
    /// @param stop called once, with the signal's name, on a thread of the JVM's own
    static Signals handle(Consumer<String> stop, PrintStream err) {
        AtomicBoolean asked = new AtomicBoolean();
        Consumer<String> onSignal = name -> {
            if (asked.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCode.SIGNAL + number(name));
            }
            err.println("\ndecant: " + name + ": finishing the rows in flight; a second one stops at once");
            stop.accept(name);
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Signals signals = new Signals(signal.getMethod("handle", signal, handler));
            for (String name : NUMBERS.keySet()) {
                InvocationHandler calls = (proxy, method, arguments) -> switch (method.getName()) {
                    case "handle" -> {
                        onSignal.accept(name);
                        yield null;
                    }
                    case "toString" -> "handler of " + name;
                    default -> throw new UnsupportedOperationException(method.getName());
                };
                Object own = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, calls);
                Object number = signal.getConstructor(String.class).newInstance(name.substring("SIG".length()));
                signals.set(number, own);
            }
            return signals;
        } catch (ReflectiveOperationException e) {
            return new Signals(null);
        }
    }

    private void set(Object signal, Object handler) throws ReflectiveOperationException {
        Object old = Objects.requireNonNull(handle).invoke(null, signal, handler);
        before.putIfAbsent(signal, Objects.requireNonNull(old));
    }

    /// Handles signals as before.
    void restore() {
        try {
            for (Map.Entry<Object, Object> entry : before.entrySet()) {
                set(entry.getKey(), entry.getValue());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("signals could be handled, and now they cannot", e);
        }
    }
}
