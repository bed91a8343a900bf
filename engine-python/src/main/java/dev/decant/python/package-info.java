/// CPython inside the JVM: start it, load a Python file, call its functions from any thread; and the
/// engine that classifies with such a function.
///
/// Reading order: [PythonInstallation] finds the interpreter and its shared library; `Native`,
/// `PythonLibrary` and the `*Api` classes are the C functions; `Interpreter` starts it once for the
/// process; `PythonThread` and `CallQueue` bring calls onto threads that may run Python; `ToPython` and
/// `FromPython` convert values; `Errors` takes exceptions over; [PythonEngine] is the engine.
@NullMarked
package dev.decant.python;

import org.jspecify.annotations.NullMarked;
