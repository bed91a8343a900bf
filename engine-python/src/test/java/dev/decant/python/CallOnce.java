package dev.decant.python;

import java.nio.file.Path;

/// Loads a script, calls one of its functions without arguments, and prints the result.
final class CallOnce {
    private CallOnce() {}

    public static void main(String[] arguments) throws Exception {
        try (PythonRuntime python = Pythons.start()) {
            System.out.println(
                    python.load(Path.of(arguments[0])).function(arguments[1]).call());
        }
    }
}
