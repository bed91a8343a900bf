package dev.decant.python;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A CPython on this machine, as its `python` executable describes itself.
///
/// @param executable `sys.executable`; in a virtual environment the one of that environment
/// @param version such as `3.11.7`
/// @param prefix `sys.prefix`: the virtual environment, if it is one
/// @param basePrefix where the standard library is
/// @param library the shared libpython
public record PythonInstallation(Path executable, String version, Path prefix, Path basePrefix, Path library) {
    /// The versions that this library runs.
    public static final List<String> SUPPORTED = List.of("3.9", "3.10", "3.11", "3.12", "3.13");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MARK = "decant:";

    private static final String QUESTIONS = """
            import sys
            sys.path = [folder for folder in sys.path if folder]  # Not what lies in the working folder.
            import sysconfig
            def tell(key, value):
                print('decant:' + key + '=' + str(value or ''))
            for key in ('LDLIBRARY', 'INSTSONAME', 'LIBDIR', 'LIBPL', 'MULTIARCH', 'PYTHONFRAMEWORKPREFIX', 'Py_GIL_DISABLED'):
                tell(key, sysconfig.get_config_var(key))
            tell('implementation', sys.implementation.name)
            tell('minor', '%d.%d' % sys.version_info[:2])
            tell('version', '%d.%d.%d' % sys.version_info[:3])
            tell('abiflags', getattr(sys, 'abiflags', ''))
            for key in ('prefix', 'base_prefix', 'executable'):
                tell(key, getattr(sys, key))
            """;

    private static final String PACKAGES = """
            import sys
            sys.path = [folder for folder in sys.path if folder]
            from importlib import metadata
            for name in sys.argv[1:]:
                try:
                    print('decant:' + name + '=' + metadata.version(name))
                except metadata.PackageNotFoundError:
                    pass
            print('decant:executable=' + sys.executable)
            """;

    /// Asks a python executable; a bare name is looked up on the PATH.
    ///
    /// @throws PythonStartException when it cannot be run, is of another version or implementation, or
    ///     has no shared library; the message says what to install
    public static PythonInstallation of(String python) throws PythonStartException {
        Map<String, String> facts = ask(python, QUESTIONS, List.of());
        String minor = fact(facts, "minor");
        String implementation = fact(facts, "implementation");
        if (!implementation.equals("cpython") || !SUPPORTED.contains(minor)) {
            throw new PythonStartException(python + " is " + implementation + " " + minor
                    + ", which is not supported: use CPython " + String.join(", ", SUPPORTED));
        }
        if (fact(facts, "Py_GIL_DISABLED").equals("1")) {
            throw new PythonStartException(python + " is a free-threaded build, which is not supported: use the usual"
                    + " build of CPython " + minor);
        }
        return new PythonInstallation(
                Path.of(fact(facts, "executable")),
                fact(facts, "version"),
                Path.of(fact(facts, "prefix")),
                Path.of(fact(facts, "base_prefix")),
                library(facts));
    }

    /// The python that is used when none is named: that of the virtual environment in `VIRTUAL_ENV`, else `python3`.
    public static String defaultPython() {
        String environment = System.getenv("VIRTUAL_ENV");
        if (environment != null && !environment.isEmpty()) {
            Path python = Path.of(environment, "bin", "python");
            if (Files.isExecutable(python)) {
                return python.toString();
            }
        }
        return "python3";
    }

    /// The versions of those of these packages that are installed, by the name under which pip knows them.
    public Map<String, String> packages(List<String> names) throws PythonStartException {
        Map<String, String> versions = ask(executable.toString(), PACKAGES, names);
        versions.remove("executable");
        return versions;
    }

    private static Map<String, String> ask(String python, String questions, List<String> arguments)
            throws PythonStartException {
        Process process;
        try {
            List<String> command = new ArrayList<>(List.of(python, "-c", questions));
            command.addAll(arguments);
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new PythonStartException(
                    "cannot run " + python + ": install Python 3, or name one with --python (such as"
                            + " ./venv/bin/python)",
                    e);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        StringBuilder rest = new StringBuilder();
        try (InputStream answers = process.getInputStream()) {
            process.getOutputStream().close();
            // A python that says nothing must not be waited for without end.
            process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).exceptionally(late -> {
                return process.destroyForcibly();
            });
            for (String line : new String(answers.readAllBytes(), StandardCharsets.UTF_8).split("\\R", -1)) {
                int equals = line.indexOf('=');
                if (line.startsWith(MARK) && equals > 0) {
                    facts.put(line.substring(MARK.length(), equals), line.substring(equals + 1));
                } else if (!line.isBlank()) {
                    rest.append(rest.isEmpty() ? "" : " ").append(line.strip());
                }
            }
            if (process.waitFor() != 0 || !facts.containsKey("executable")) {
                throw new PythonStartException(python + " does not work: " + rest);
            }
        } catch (IOException e) {
            throw new PythonStartException(python + " does not work: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PythonStartException("interrupted while asking " + python + " for its library", e);
        }
        return facts;
    }

    /// The shared library: beside the interpreter first, since an entry of the configuration may be of the
    /// machine that built it.
    private static Path library(Map<String, String> facts) throws PythonStartException {
        boolean mac = System.getProperty("os.name", "").startsWith("Mac");
        String stem = "libpython" + fact(facts, "minor") + fact(facts, "abiflags");
        Set<String> names = new LinkedHashSet<>(List.of(
                fact(facts, "INSTSONAME"),
                fact(facts, "LDLIBRARY"),
                stem + (mac ? ".dylib" : ".so.1.0"),
                stem + (mac ? ".dylib" : ".so")));
        String multiarch = fact(facts, "MULTIARCH");
        List<String> folders = new ArrayList<>(List.of(
                fact(facts, "base_prefix") + "/lib",
                fact(facts, "LIBDIR"),
                fact(facts, "LIBDIR") + "/" + multiarch,
                fact(facts, "LIBPL"),
                fact(facts, "PYTHONFRAMEWORKPREFIX"),
                "/usr/lib/" + multiarch,
                "/usr/local/lib"));
        for (String name : names) {
            for (String folder : folders) {
                if (!name.isEmpty() && !name.endsWith(".a") && folder.startsWith("/")) {
                    Path library = Path.of(folder, name);
                    if (Files.isRegularFile(library)) {
                        return library;
                    }
                }
            }
        }
        throw new PythonStartException("there is no shared library of " + fact(facts, "executable")
                + ": install it (Debian and Ubuntu: apt install libpython" + fact(facts, "minor")
                + "), or use a Python built with --enable-shared");
    }

    private static String fact(Map<String, String> facts, String key) {
        return facts.getOrDefault(key, "");
    }
}
