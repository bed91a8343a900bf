package dev.decant.python;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An exception that was raised in Python.
///
/// Its stack trace has the Python frames on top of the Java ones. It holds no Python object: what
/// the exception referred to is free at once.
public final class PythonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// One exception of the chain that ended the call.
    ///
    /// @param type the class, with its module unless that is `builtins`
    /// @param text `str()` of it; at most 10,000 characters
    /// @param transientFault whether it is a `ConnectionError`, a `TimeoutError`, or the "Already borrowed" of a
    ///     Rust object that two threads use at once
    /// @param relation how the next of the chain led to it: `cause`, `context`, or empty
    /// @param frames from the outermost call to the innermost
    record Link(String type, String text, boolean transientFault, String relation, List<PythonFrame> frames) {}

    @SuppressWarnings("serial") // Nobody serialises it; RuntimeException would.
    private final List<Link> chain;

    PythonException(List<Link> chain) {
        super(line(chain.getFirst()));
        this.chain = chain;
        StackTraceElement[] java = getStackTrace();
        List<StackTraceElement> frames = new ArrayList<>();
        for (PythonFrame frame : chain.getFirst().frames().reversed()) {
            frames.add(new StackTraceElement("python", frame.function(), frame.file(), frame.line()));
        }
        frames.addAll(Arrays.asList(java));
        setStackTrace(frames.toArray(StackTraceElement[]::new));
    }

    /// The same exception with the Java frames of the thread that calls this.
    PythonException here() {
        return new PythonException(chain);
    }

    /// The exception's class, with its module unless that is `builtins`: `ValueError`, `requests.exceptions.Timeout`.
    public String type() {
        return chain.getFirst().type();
    }

    /// What `str()` gives for the exception; may be empty or have several lines.
    public String text() {
        return chain.getFirst().text();
    }

    /// The frames of the Python stack, from the outermost call to the innermost.
    public List<PythonFrame> frames() {
        return chain.getFirst().frames();
    }

    /// Whether the same call may succeed later: a `ConnectionError` or a `TimeoutError`.
    public boolean isTransient() {
        return chain.getFirst().transientFault();
    }

    /// The traceback as Python prints it, with all causes; source lines are read from the files now.
    public String traceback() {
        return Traceback.render(chain);
    }

    private static String line(Link link) {
        StringBuilder line = new StringBuilder(link.type());
        if (!link.text().isEmpty()) {
            line.append(": ").append(link.text().replaceAll("\\s*\\R\\s*", " "));
        }
        if (!link.frames().isEmpty()) {
            PythonFrame last = link.frames().getLast();
            line.append(" (")
                    .append(last.fileName())
                    .append(", line ")
                    .append(last.line())
                    .append(')');
        }
        return line.toString();
    }
}
