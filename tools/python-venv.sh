#!/bin/sh
# Makes target/python-venv with what the tests of examples/python need, and target/clients-venv with the clients that the
# server is tested with; without them those tests skip. Usage: tools/python-venv.sh [PYTHON]
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
python=${1:-python3}

make_venv() { # NAME REQUIREMENTS
    venv=$root/target/$1
    wanted=$root/$2
    if [ -f "$venv/done" ] && cmp -s "$venv/done" "$wanted"; then
        return
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$venv/done"
}

make_venv python-venv examples/python/requirements.txt
make_venv clients-venv server/src/test/python/requirements.txt
