/// Scripts through MetaCall: the engine over a libmetacall that the user has installed.
///
/// Reading order: [MetaCallInstallation] finds the library; `MetaCallLibrary` and `MetaCallApi` are its C functions,
/// `Values` its values; `CallThread` is the one thread that starts it, loads and calls; `Shim` is the Python code
/// between MetaCall and a script; [MetaCallRuntime] puts them together; [MetaCallEngine] is the engine.
@NullMarked
package dev.decant.metacall;

import org.jspecify.annotations.NullMarked;
