"""What stands between MetaCall and a user's script. MetaCall calls these functions, on one thread but for `cancel`.

They have no annotations, since MetaCall casts by them without a look at the value; they raise nothing, since it leaks
exceptions; and they return lists of str, bytes, float and small int only, since it misreads other values or breaks on
them. Each answers [FINE, value], [RAISED, line, traceback, transient], [WRONG, line] or [CANCELLED].
"""

import sys

FINE, RAISED, WRONG, CANCELLED = 0, 1, 2, 3
DICT, STR, FLOAT = {dict}, {str}, {float}

scripts = []
targets = []
state = {"running": 0, "cancelled": -1, "cancelling": False}


def start(source, name, file, descriptor):
    """Runs the code that all engines have around a script, and mends what MetaCall has set up; gives the version."""
    return guarded(0, begin, source, name, file, descriptor)


def load(path, shown, names, values):
    """Loads a file, which messages call by another name; gives its number."""
    return guarded(0, load_script, incoming(path), incoming(shown), incoming_all(names), incoming_all(values))


def functions(script):
    """Gives [name, parameters, summary] of each function of a script."""
    return guarded(0, list_functions, script)


def check(script, name):
    """Whether there is a function of that name: it is WRONG when there is none."""
    return guarded(0, check_function, script, incoming(name))


def find(script, name, device):
    """Looks a function for batches up; gives its number."""
    return guarded(0, find_target, script, incoming(name), incoming(device))


def classify(token, target, texts):
    """Calls a function with a batch; gives [how many labels each text has, or an empty list for one each, labels,
    scores]."""
    return guarded(token, run_batch, target, texts)


def call(token, script, name, arguments):
    """Calls a function with values in JSON; gives the result in JSON."""
    return guarded(token, run_json, script, incoming(name), incoming_all(arguments))


def cancel(token):
    """Raises an exception in the call with that token, if it runs or is about to. Called from another thread."""
    if state["cancelled"] != token and "raise" in state:
        state["cancelling"] = True
        state["cancelled"] = token
        if state["running"] == token:
            state["raise"](id(state["host"].Cancelled))
        state["cancelling"] = False
    return [FINE, ""]


def finish():
    """Runs what was registered with `atexit`."""
    return guarded(0, end)


def guarded(token, body, *arguments):
    """The answer to a call, whatever it does, and with no cancellation left behind."""
    try:
        try:
            state["running"] = token
            if token and state["cancelled"] == token:
                answer = [CANCELLED]
            else:
                answer = [FINE, body(*arguments)]
        except BaseException as error:
            answer = failure(error)
        settle(token)
    except BaseException:  # The cancellation has struck here.
        settle(token)
        answer = [CANCELLED]
    return answer


def settle(token):
    """From here on the call cannot be cancelled: what was sent, once at most, and has not arrived is taken back."""
    while True:
        try:
            state["running"] = 0
            while state["cancelling"]:
                state["yield"](0)
            if state["cancelled"] == token:
                state["raise"](None)
            return
        except BaseException:
            pass


def failure(error):
    if "host" not in state:
        return [RAISED, repr(error), "", 0]
    if isinstance(error, state["host"].Cancelled):
        return [CANCELLED]
    if isinstance(error, state["wrong"]):
        return [WRONG, outgoing(str(error))]
    kind, message, transient, relation, frames = state["host"].describe(error)[0]
    line = kind + (": " + " ".join(part.strip() for part in message.splitlines()) if message else "")
    own = guarded.__code__.co_filename
    frames = [frame for frame in frames if frame[0] != own]
    if frames:
        line += " (%s, line %d)" % (frames[-1][0].rpartition("/")[2], frames[-1][1])
    # The first entries of the stack are ours.
    traceback, shown = error.__traceback__, error
    while traceback is not None and traceback.tb_frame.f_code.co_filename in (own, state["host"].__file__):
        traceback = traceback.tb_next
    import traceback as printer

    try:
        text = "".join(printer.format_exception(type(shown), shown, traceback))
    except BaseException as e:
        text = line + "\n<its traceback cannot be had: %s>\n" % type(e).__name__
    return [RAISED, outgoing(line), outgoing(text), int(transient)]


def begin(source, name, file, descriptor):
    import os
    import time
    import types

    state["yield"] = time.sleep
    # It calls the program of the process, which is the JVM, Python's executable: child processes need the real one.
    for python in ("python%d.%d" % sys.version_info[:2], "python3"):
        path = os.path.join(sys.prefix, "bin", python)
        if os.access(path, os.X_OK):
            sys.executable = path
            break
    # It puts the working folder before the standard library, whose modules a file there could stand for.
    own = [folder for folder in sys.path if folder.endswith(os.sep)]
    sys.path[:] = [folder for folder in sys.path if folder not in own] + own
    host = types.ModuleType(name)
    host.__file__ = file
    sys.modules[name] = host
    exec(compile(source, file, "exec"), host.__dict__)
    # Made here, where MetaCall, which inspects all classes of a module, does not find it.
    state["wrong"] = type("WrongResult", (Exception,), {})
    state["host"] = host
    host.set_up(descriptor)
    try:
        import ctypes
        import threading

        thread = threading.get_ident()
        send = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p)(
            ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
        )
        state["raise"] = lambda exception: send(thread, exception)
    except (ImportError, AttributeError):
        pass  # A Python without ctypes: what hangs stays so.
    return sys.version.split()[0]


def load_script(path, shown, names, values):
    scripts.append((state["host"].load(path, dict(zip(names, values))), shown))
    return len(scripts) - 1


def list_functions(script):
    return [[outgoing(text) for text in row] for row in state["host"].functions(scripts[script][0])]


def lookup(script, name):
    module, shown = scripts[script]
    function = getattr(module, name, None)
    if not callable(function):
        names = sorted(row[0] for row in state["host"].functions(module))
        raise state["wrong"](
            "%s has no function %s; it has %s" % (shown, name, ", ".join(names) if names else "none at all")
        )
    return function


def check_function(script, name):
    lookup(script, name)
    return ""


def find_target(script, name, device):
    host, function = state["host"], lookup(script, name)
    keywords = {"device": device} if device and host.takes(function, "device") else {}
    unfit = host.unfit(function, 1, keywords)
    if unfit:
        raise state["wrong"]("%s: %s cannot be called with a list of texts: %s" % (scripts[script][1], name, unfit))
    targets.append((function, keywords, name))
    return len(targets) - 1


def run_batch(target, texts):
    function, keywords, name = targets[target]
    texts = incoming_all(texts)
    count = len(texts)
    return read_batch(function(texts, **keywords), name, count)


def read_batch(results, name, count):
    type_name = state["host"].type_name
    if not isinstance(results, (list, tuple)):
        raise state["wrong"](
            "%s returned a %s: it must return a list with a dict of label and score for each text"
            % (name, type_name(results))
        )
    usual = read_usual(results)
    if usual:
        return usual
    sizes, labels, scores = [], [], []
    for index, result in enumerate(results):
        if isinstance(result, dict):
            problem = read_dict(result, labels, scores)
            size = 1
        elif isinstance(result, (list, tuple)):
            problem = "" if result else "is empty: there must be at least one label"
            size = len(result)
            for one in result:
                problem = problem or read_dict(one, labels, scores)
        else:
            problem = read_dict(result, labels, scores)
        if problem:
            which = "the result of %s" % name if count == 1 else "result %d of %s" % (index + 1, name)
            raise state["wrong"](which + " " + problem)
        sizes.append(size)
    return [[] if len(labels) == len(sizes) else sizes, labels, scores]


def read_usual(results):
    """The same for dicts with a str of ASCII and a float, in few steps; None where there is anything else."""
    if not DICT.issuperset(map(type, results)):
        return None
    try:
        labels = [result["label"] for result in results]
        scores = [result["score"] for result in results]
    except KeyError:
        return None
    if STR.issuperset(map(type, labels)) and FLOAT.issuperset(map(type, scores)) and "".join(labels).isascii():
        return [[], labels, scores]
    return None


def read_dict(result, labels, scores):
    """Takes label and score; gives what is wrong with them."""
    type_name = state["host"].type_name
    if not isinstance(result, dict):
        return "is a %s: it must be a dict with label and score" % type_name(result)
    label = dict.get(result, "label", state)
    if label is state:
        return "has no 'label'"
    if not isinstance(label, str):
        return "has a label that is a %s: it must be a str" % type_name(label)
    score = dict.get(result, "score", state)
    if score is state:
        return "has no 'score'"
    if type(score) is not float:
        try:
            if isinstance(score, (bool, str, bytes, bytearray)):
                raise TypeError
            score = float(score)
        except state["host"].Cancelled:
            raise
        except BaseException:
            return "has a score that is a %s and no finite number" % type_name(score)
    labels.append(outgoing(label))
    scores.append(score)
    return ""


def run_json(script, name, arguments):
    import json

    result = lookup(script, name)(*[json.loads(argument) for argument in arguments])
    return json.dumps(plain(result, name))


def plain(value, name):
    """A value in what JSON has; it has no NaN and no infinities, so they are strings."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if value != value:
            return "NaN"
        return ("Infinity" if value > 0 else "-Infinity") if value in (float("inf"), float("-inf")) else value
    if isinstance(value, (list, tuple)):
        return [plain(item, name) for item in value]
    if isinstance(value, dict):
        return {key_text(key, name): plain(item, name) for key, item in value.items()}
    if isinstance(value, (bytes, bytearray)):
        import base64

        return base64.b64encode(value).decode()
    scalar = state["host"].scalar(value)
    if scalar is not NotImplemented:
        return plain(scalar, name)
    try:
        return plain(memoryview(value).tolist(), name)
    except (TypeError, NotImplementedError):
        raise state["wrong"](
            "%s returned a %s, which has no counterpart in JSON" % (name, state["host"].type_name(value))
        ) from None


def key_text(key, name):
    import json

    return key if isinstance(key, str) else json.dumps(plain(key, name))


def incoming(text):
    """A str: MetaCall cuts texts at NUL and breaks on lone surrogates, so those come as UTF-16."""
    return text if type(text) is str else text.decode("utf-16-le", "surrogatepass")


def incoming_all(texts):
    if STR.issuperset(map(type, texts)):
        return texts
    return [text if type(text) is str else text.decode("utf-16-le", "surrogatepass") for text in texts]


def outgoing(text):
    """The same the other way: what UTF-8 cannot hold goes as UTF-16."""
    if str.isascii(text):
        return text
    try:
        str.encode(text)
        return text
    except UnicodeEncodeError:
        return str.encode(text, "utf-16-le", "surrogatepass")


def end():
    state["host"].at_exit()
    return ""
