#!/bin/sh
# Fuzzes one target for as long as asked; it goes on from what earlier runs have learned (MODULE/target/fuzz/TARGET).
# Usage: tools/fuzz.sh TARGET [SECONDS], such as: tools/fuzz.sh CsvFuzz 600
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
. "$root/tools/jdk.sh"
find_jdk || exit 2
target=${1:-}
file=$(find "$root" -path '*/src/test/java/*' -name "${target:-none}.java" | head -n 1)
case $target in
    *Fuzz) ;;
    *) file= ;;
esac
if [ -z "$file" ]; then
    echo "fuzz: name a target and, if you like, seconds (600): tools/fuzz.sh TARGET [SECONDS]; there are:" >&2
    find "$root" -path '*/src/test/java/*' -name '*Fuzz.java' -exec basename {} .java \; | sort | sed 's/^/    /' >&2
    exit 2
fi
module=${file#"$root"/}
module=${module%%/*}
status=0
JAVA_HOME=$jdk mvn -B -ntp -q -f "$root/pom.xml" -pl "$module" -am verify -Dspotless.check.skip=true \
    -Dtest='FuzzTest#noInput*' -Dsurefire.failIfNoSpecifiedTests=false \
    -Ddecant.fuzz.target="$target" -Ddecant.fuzz.seconds="${2:-600}" || status=$?
grep -h -E '^Done [0-9]+ runs|^== Java Exception|Test unit written' "$root/$module/target/fuzz/$target/said.txt" || true
exit "$status"
