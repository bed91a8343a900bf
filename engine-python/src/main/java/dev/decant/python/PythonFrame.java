package dev.decant.python;

/// One call on Python's stack.
///
/// @param file the source file as Python names it; `...` where frames of a deep recursion are left out
/// @param line the line, from 1
/// @param function the function, or `<module>`
public record PythonFrame(String file, int line, String function) {
    /// The file without its folder.
    String fileName() {
        return file.substring(file.lastIndexOf('/') + 1);
    }
}
