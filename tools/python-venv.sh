#!/bin/sh
# Makes target/python-venv with what the tests of examples/python need; without it they skip. Usage: tools/python-venv.sh [PYTHON]
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
venv=$root/target/python-venv
wanted=$root/examples/python/requirements.txt
if [ -f "$venv/done" ] && cmp -s "$venv/done" "$wanted"; then
    exit 0
fi
rm -rf "$venv"
"${1:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted"
cp "$wanted" "$venv/done"
