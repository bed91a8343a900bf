package dev.decant.python;

import java.util.ArrayList;
import java.util.List;

/// Takes the exception over that a call into Python has left. The GIL is held.
final class Errors {
    private Errors() {}

    /// The object, or the exception thrown when there is none.
    static long check(long object) {
        if (object == 0) {
            throw take();
        }
        return object;
    }

    /// As [#check] for functions that answer 0 on success.
    static void checkStatus(int status) {
        if (status != 0) {
            throw take();
        }
    }

    /// The exception that is set, which is cleared.
    static PythonException take() {
        PythonThread thread = PythonThread.holder();
        long error = ErrorApi.take(thread.word(0));
        if (error == 0) {
            return unnamed("a call failed without an exception");
        }
        try {
            Native.putLong(thread.vector(), error);
            long described = ObjectApi.call(Bridge.function("describe"), thread.vector(), 1);
            if (described == 0) {
                ErrorApi.clear();
                return unnamed("an exception that cannot be described, for lack of memory or by its own fault");
            }
            try {
                return new PythonException(chain(thread.results().rows(described)));
            } finally {
                ObjectApi.decRef(described);
            }
        } finally {
            ObjectApi.decRef(error);
        }
    }

    private static PythonException unnamed(String text) {
        return new PythonException(List.of(new PythonException.Link("SystemError", text, false, "", List.of())));
    }

    private static List<PythonException.Link> chain(List<?> described) {
        List<PythonException.Link> chain = new ArrayList<>(described.size());
        for (Object element : described) {
            List<?> link = (List<?>) element;
            List<PythonFrame> frames = new ArrayList<>();
            for (Object row : (List<?>) link.get(4)) {
                List<?> frame = (List<?>) row;
                frames.add(new PythonFrame(
                        (String) frame.get(0), ((Long) frame.get(1)).intValue(), (String) frame.get(2)));
            }
            chain.add(new PythonException.Link(
                    (String) link.get(0),
                    (String) link.get(1),
                    (Boolean) link.get(2),
                    (String) link.get(3),
                    List.copyOf(frames)));
        }
        return List.copyOf(chain);
    }
}
