#!/bin/sh
# Makes target/python-venv with what the tests of examples/python and of Parquet need; without it they skip.
# Usage: tools/python-venv.sh [PYTHON]
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
venv=$root/target/python-venv
examples=$root/examples/python/requirements.txt
tests=$root/tools/test-requirements.txt
if [ -f "$venv/done" ] && cat "$examples" "$tests" | cmp -s - "$venv/done"; then
    exit 0
fi
rm -rf "$venv"
"${1:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$examples" -r "$tests"
cat "$examples" "$tests" >"$venv/done"
