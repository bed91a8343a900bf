package dev.decant.metacall;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A MetaCall on this machine that can run Python.
///
/// @param library the shared libmetacall
public record MetaCallInstallation(Path library) {
    private static final String LIBRARY = System.mapLibraryName("metacall");
    private static final String PYTHON_LOADER = System.mapLibraryName("py_loader");

    /// Where MetaCall's own ports look, and what the dynamic linker is told.
    private static final List<String> VARIABLES =
            List.of("METACALL_INSTALL_PATH", "LOADER_LIBRARY_PATH", "LD_LIBRARY_PATH");

    private static final List<String> FOLDERS =
            List.of("/usr/local/lib", "/usr/lib", "/usr/lib64", "/gnu/lib", "/opt/homebrew/lib");

    /// Finds the library in a folder or its `lib`; without a folder, in those of `METACALL_INSTALL_PATH`,
    /// `LOADER_LIBRARY_PATH` and `LD_LIBRARY_PATH`, and where the system has its libraries.
    ///
    /// @throws MetaCallStartException when it is not there, or has no Python loader; the message says what to do
    public static MetaCallInstallation find(@Nullable Path folder) throws MetaCallStartException {
        return find(folder, System.getenv());
    }

    static MetaCallInstallation find(@Nullable Path folder, Map<String, String> environment)
            throws MetaCallStartException {
        for (String place : folder == null ? places(environment) : Set.of(folder.toString())) {
            for (Path candidate : List.of(Path.of(place, LIBRARY), Path.of(place, "lib", LIBRARY))) {
                if (Files.isRegularFile(candidate)) {
                    return withPython(candidate.toAbsolutePath().normalize(), environment);
                }
            }
        }
        throw new MetaCallStartException("there is no " + LIBRARY
                + (folder == null ? "" : " in " + folder + " or its lib")
                + ": install MetaCall with its Python loader (https://github.com/metacall/install), or name the folder"
                + " that it is in with --metacall FOLDER or the variable METACALL_INSTALL_PATH");
    }

    private static Set<String> places(Map<String, String> environment) {
        Set<String> places = new LinkedHashSet<>();
        for (String variable : VARIABLES) {
            for (String place : environment.getOrDefault(variable, "").split(File.pathSeparator, -1)) {
                if (!place.isBlank()) {
                    places.add(place);
                }
            }
        }
        places.addAll(FOLDERS);
        return places;
    }

    /// MetaCall says of a loader that is missing on its log only, so this looks where it will look.
    private static MetaCallInstallation withPython(Path library, Map<String, String> environment)
            throws MetaCallStartException {
        List<Path> folders = new ArrayList<>();
        String loaders = environment.getOrDefault("LOADER_LIBRARY_PATH", "");
        if (!loaders.isBlank()) {
            folders.add(Path.of(loaders));
        }
        Path own = library.getParent();
        if (own != null) {
            folders.add(own);
        }
        if (folders.stream().noneMatch(folder -> Files.isRegularFile(folder.resolve(PYTHON_LOADER)))) {
            throw new MetaCallStartException(library + " has no Python loader: there is no " + PYTHON_LOADER
                    + " beside it (or in LOADER_LIBRARY_PATH); install or build MetaCall with its Python loader");
        }
        return new MetaCallInstallation(library);
    }

    /// The version of the library, such as `0.9.22`; opens it, and starts nothing.
    ///
    /// @throws MetaCallStartException when it cannot be opened
    public String version() throws MetaCallStartException {
        return MetaCallLibrary.version(open());
    }

    /// Opens the library, for as long as the process lives.
    SymbolLookup open() throws MetaCallStartException {
        if (System.getenv("METACALL_HOST") != null) {
            // Opening would start the runtime of another language on this very thread, and end it at exit.
            throw new MetaCallStartException(
                    "the variable METACALL_HOST is set, which tells MetaCall that it runs inside"
                            + " another language's program; unset it");
        }
        try {
            SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
            if (symbols.find("metacall_version_str").isEmpty()) {
                throw new MetaCallStartException(library + " is not MetaCall's library: name the folder of another one"
                        + " with --metacall FOLDER");
            }
            return symbols;
        } catch (IllegalArgumentException e) {
            throw new MetaCallStartException(
                    "cannot open " + library + ": it is not a library of this system, or one that it needs is missing",
                    e);
        }
    }
}
