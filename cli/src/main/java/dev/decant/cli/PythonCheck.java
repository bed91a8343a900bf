package dev.decant.cli;

import dev.decant.python.PythonInstallation;
import dev.decant.python.PythonOptions;
import dev.decant.python.PythonRuntime;
import dev.decant.python.PythonStartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks at python, starts it in this process, and lists the packages that scripts for classification use.
final class PythonCheck {
    private static final List<String> PACKAGES =
            List.of("numpy", "torch", "transformers", "onnxruntime", "tokenizers", "scikit-learn");

    private PythonCheck() {}

    static List<Finding> all(@Nullable String python) {
        String named = python == null ? PythonInstallation.defaultPython() : python;
        List<Finding> findings = new ArrayList<>();
        try {
            PythonInstallation installation = PythonInstallation.of(named);
            findings.add(Finding.ok("python", "CPython " + installation.version() + ", " + installation.executable()));
            findings.add(Finding.ok("libpython", installation.library().toString()));
            PythonRuntime.start(PythonOptions.DEFAULT.withPython(named)).close();
            Map<String, String> versions = installation.packages(PACKAGES);
            List<String> there = new ArrayList<>();
            PACKAGES.forEach(name -> {
                if (versions.containsKey(name)) {
                    there.add(name + " " + versions.get(name));
                }
            });
            String where = " in " + installation.prefix();
            findings.add(
                    there.isEmpty()
                            ? Finding.none(
                                    "packages",
                                    "none of " + String.join(", ", PACKAGES) + where
                                            + "; what a script imports has to be installed there: "
                                            + installation.executable() + " -m pip install ...")
                            : Finding.ok("packages", String.join(", ", there) + where));
        } catch (PythonStartException e) {
            findings.add(Finding.none("python", e.getMessage() + "; needed only for --script and decant run"));
        }
        return findings;
    }
}
