"""What Decant runs around a script inside its interpreter. Becomes the module `_decant`."""

import importlib
import importlib.machinery
import importlib.util
import inspect
import io
import os
import sys
import threading

FRAMES = 40
CHAIN = 8
MESSAGE = 10_000


class Cancelled(BaseException):
    """Raised in a call whose time is over. No `except Exception` catches it."""


class ProcessExit(BaseException):
    """Raised by os._exit: the JVM and the rows in flight must not end with it."""


def text_of(error):
    try:
        text = str(error)
        for note in getattr(error, "__notes__", ()):
            text += "\n" + str(note)
    except BaseException as e:
        text = "<its text cannot be had: %s>" % type(e).__name__
    return text[:MESSAGE]


def frames_of(error):
    """(file, line, function) from the outermost to the innermost; of many, the first and the last."""
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename != __file__:
            frames.append((code.co_filename, traceback.tb_lineno or 0, code.co_name))
            if len(frames) > FRAMES * 50:
                del frames[FRAMES:-FRAMES]
        traceback = traceback.tb_next
    if len(frames) > 2 * FRAMES:
        frames[FRAMES:-FRAMES] = [("...", 0, "...")]
    return frames


def describe(error):
    """The exception and those that led to it: [(type, text, transient, relation to the next, frames)]."""
    chain, seen = [], set()
    while error is not None and id(error) not in seen and len(chain) < CHAIN:
        seen.add(id(error))
        if error.__cause__ is not None:
            relation, following = "cause", error.__cause__
        elif error.__context__ is not None and not error.__suppress_context__:
            relation, following = "context", error.__context__
        else:
            relation, following = "", None
        kind = type(error)
        name = kind.__qualname__ if kind.__module__ in ("builtins", "_decant") else kind.__module__ + "." + kind.__qualname__
        # The latter: what tokenizers says when two threads use one of its objects at once.
        transient = isinstance(error, (ConnectionError, TimeoutError)) or error.args == ("Already borrowed",)
        chain.append((name, text_of(error), transient, relation, frames_of(error)))
        error = following
    return chain


def load(path, environment):
    """Imports the file as a module of its own name, with its folder first on sys.path, as python does."""
    os.environ.update(environment)
    folder, name = os.path.dirname(path), os.path.splitext(os.path.basename(path))[0]
    if folder not in sys.path:
        sys.path.insert(0, folder)
    present = sys.modules.get(name)
    taken = present is not None and getattr(present, "__file__", None) != path
    if taken or name in getattr(sys, "stdlib_module_names", ()):
        name = "_decant_script_" + name
    loader = importlib.machinery.SourceFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def functions(module):
    """[(name, signature, first line of the docstring)] of the public functions defined in the file."""
    found = []
    for name, value in vars(module).items():
        if name.startswith("_") or not inspect.isroutine(value) or getattr(value, "__module__", None) != module.__name__:
            continue
        try:
            signature = str(inspect.signature(value))
        except (TypeError, ValueError):
            signature = "(...)"
        found.append((name, signature, (inspect.getdoc(value) or "").partition("\n")[0]))
    return found


def unfit(function, arguments, keywords):
    """Why a function cannot be called with so many arguments and these keywords; '' when it can."""
    if inspect.isgeneratorfunction(function):
        return "it is a generator: return a list instead of using yield"
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "it is a coroutine: use def instead of async def"
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind(*([None] * arguments), **dict.fromkeys(keywords))
    except TypeError as e:
        return "its parameters are %s (%s)" % (signature, e)
    return ""


def takes(function, keyword):
    """Whether a function has a parameter of that name."""
    try:
        return keyword in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def use_threads(count):
    """So many threads for what torch computes when called by this thread: it keeps a number for each."""
    torch = sys.modules.get("torch")
    get, put = getattr(torch, "get_num_threads", None), getattr(torch, "set_num_threads", None)
    if get is not None and put is not None and get() != count:
        put(count)


def scalar(value):
    """The plain value of a numpy or torch scalar; NotImplemented for all else."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        return value.item()
    return NotImplemented


def type_name(value):
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__


class SpawnByDefault:
    """Makes `spawn` the start method of multiprocessing: a forked JVM would hang in its child."""

    def find_spec(self, name, path=None, target=None):
        if name != "multiprocessing":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            module.set_start_method("spawn", force=True)

        spec.loader.exec_module = exec_module
        return spec


def set_up(stdout):
    """What user code prints goes to file descriptor `stdout`, whatever the characters, at once."""
    raw = open(stdout, "wb", buffering=0, closefd=False)
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
    real_exit, process = os._exit, os.getpid()

    def _exit(status):
        if os.getpid() != process:  # A forked child ends as it likes.
            real_exit(status)
        raise ProcessExit("os._exit(%s) was called" % (status,))

    os._exit = _exit
    sys.meta_path.insert(0, SpawnByDefault())
    # faulthandler would take the JVM's SIGSEGV, which is part of its normal work.
    import faulthandler

    faulthandler.disable()
    faulthandler.enable = lambda *arguments, **keywords: None


def at_exit():
    import atexit

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
