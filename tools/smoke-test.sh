#!/bin/sh
# The program as its user calls it: the README's first command, and the ways in which ./decant itself can go wrong.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0

fail() {
    echo "smoke test: $1" >&2
    shift
    for file in "$@"; do sed 's/^/    /' "$file" >&2; done
    exit 1
}

pass() {
    passed=$((passed + 1))
    echo "smoke test: $1"
}

cd "$root"
rows=$(python3 -c 'import csv; print(sum(1 for _ in csv.DictReader(open("examples/reviews.csv", newline="", encoding="utf-8"))))' 2>/dev/null || echo)

./decant classify examples/reviews.csv --text description -o "$work/labels.csv" --report "$work/report.json" \
    2>"$work/err" || fail "the first command of the README failed" "$work/err"
[ -s "$work/labels.csv" ] || fail "no labels were written" "$work/err"
grep -q "POSITIVE" "$work/labels.csv" || fail "no row is POSITIVE"
if [ -n "$rows" ]; then
    written=$(python3 -c 'import csv, sys; print(sum(1 for _ in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8"))))' "$work/labels.csv")
    [ "$rows" = "$written" ] || fail "$rows rows in, $written rows out"
fi
grep -q '"kind" : "completed"' "$work/report.json" || fail "the report does not say completed" "$work/report.json"
pass "examples/reviews.csv is labelled, row for row"

before=$(ls -l cli/target/decant/done)
./decant --version >"$work/out" 2>"$work/err" || fail "--version failed" "$work/err"
[ -s "$work/err" ] && fail "a start with nothing to build says something" "$work/err"
[ "$before" = "$(ls -l cli/target/decant/done)" ] || fail "it was built again though nothing changed"
pass "nothing is built where nothing changed"

ln -s "$root/decant" "$work/decant"
(cd "$work" && ./decant --version >/dev/null 2>err) || fail "it does not run through a link" "$work/err"
pass "it runs through a link, from another folder"

if DECANT_JAVA_HOME=$work ./decant --version >"$work/out" 2>"$work/err"; then
    fail "a wrong DECANT_JAVA_HOME was passed over"
fi
[ "$(wc -l <"$work/err")" -eq 1 ] || fail "a wrong DECANT_JAVA_HOME costs more than a line" "$work/err"
pass "a wrong DECANT_JAVA_HOME costs one line"

printf 'text\nA superb wine.\nA thin and sour one.\n' |
    ./decant classify - -o - 2>"$work/err" >"$work/out" || fail "a pipe failed" "$work/err"
[ "$(cut -d, -f2 "$work/out" | tr '\n' ' ')" = "label POSITIVE NEGATIVE " ] || fail "wrong labels from a pipe" "$work/out"
pass "text comes in and goes out through pipes"

code=0
./decant classify examples/reviews.csv --text descripton 2>"$work/err" >/dev/null || code=$?
[ "$code" -eq 2 ] || fail "a wrong column exits with $code, not 2" "$work/err"
grep -q "Did you mean 'description'" "$work/err" || fail "a wrong column is not explained" "$work/err"
pass "a wrong column costs one line and exit code 2"

python=$root/target/python-venv/bin/python
approaches=decant-onnx-int8,decant-serve
measured=2
if [ -x "$python" ]; then
    approaches=python-onnxruntime,decant-python,decant-onnx-int8,decant-serve
    measured=4
else
    python=python3
    echo "smoke test: no target/python-venv (tools/python-venv.sh makes it), so the comparison has no Python in it"
fi
# Of 24 rows each may have another label: the Python loop's int8 scores depend on a row's neighbours.
./decant bench examples/reviews.csv --text description --limit 24 --repeat 1 --warm-up 0 --python "$python" \
    --only "$approaches" --allowance 10 --report "$work/bench" >"$work/out" 2>"$work/err" ||
    fail "the comparison failed" "$work/out" "$work/err"
[ "$(grep -c '"standing" : "measured"' "$work/bench/report.json")" -eq "$measured" ] ||
    fail "not all of $approaches were measured" "$work/out" "$work/err"
grep -q '"schema_version" : 1' "$work/bench/report.json" || fail "the comparison's report has no version"
[ "$(wc -l <"$work/bench/report.csv")" -eq $((measured + 1)) ] || fail "report.csv has a line too many or too few"
grep -q '</html>' "$work/bench/report.html" || fail "report.html is not whole"
pass "decant bench compares $measured of its approaches"

echo "$passed passed, 0 failed"
