#!/bin/sh
# Makes target/python-venv with what the tests of examples/python and of Parquet need, and target/clients-venv with the
# clients that the server is tested with; without them those tests skip. Usage: tools/python-venv.sh [PYTHON]
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
python=${1:-python3}

make_venv() { # NAME REQUIREMENTS...
    venv=$root/target/$1
    shift
    if [ -f "$venv/done" ] && cat "$@" | cmp -s - "$venv/done"; then
        return
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv"
    for wanted; do
        set -- "$@" -r "$wanted"
        shift
    done
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    for option; do
        [ "$option" = -r ] || cat "$option"
    done >"$venv/done"
}

make_venv python-venv "$root/examples/python/requirements.txt" "$root/tools/test-requirements.txt"
make_venv clients-venv "$root/server/src/test/python/requirements.txt"
