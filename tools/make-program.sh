# Builds the program for ./decant. Sourced, with `root`, `built` and `jdk` set.

# Two first calls at once must not build into each other: the lock is a folder, which is made or not.
lock_program() {
    mkdir -p "$root/cli/target"
    lock=$root/cli/target/decant.lock
    waited=0
    until mkdir "$lock" 2>/dev/null; do
        owner=$(cat "$lock/pid" 2>/dev/null || echo)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            rm -rf "$lock" # Left by a build that was killed.
        elif [ "$waited" -ge 900 ]; then
            echo "decant: another build has been running for 15 minutes; remove $lock if it is not" >&2
            return 1
        fi
        sleep 1
        waited=$((waited + 1))
    done
    echo $$ >"$lock/pid"
    trap 'rm -rf "$lock"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

make_program() {
    if ! command -v mvn >/dev/null 2>&1; then
        echo "decant: building it needs Maven 3.8 or newer; install it (Debian and Ubuntu: apt-get install maven)" >&2
        return 1
    fi
    lock_program || return 1
    if ! fresh; then # Nobody else built it while we waited.
        echo "decant: building the program; this happens on the first call and after changes..." >&2
        log=$root/cli/target/decant-build.log
        rm -rf "$built"
        # Dated before the build: what is edited while it runs is built again next time.
        touch "$root/cli/target/decant.start"
        if ! JAVA_HOME=$jdk mvn -B -ntp -q -f "$root/pom.xml" -pl cli -am \
            -Ddecant.run -Dmaven.test.skip=true -Dspotless.check.skip=true package >"$log" 2>&1; then
            grep -v '^WARNING' "$log" | head -n 30 >&2
            echo "decant: the build failed; the whole log is $log" >&2
            return 1
        fi
        ls "$built"/lib/*.jar | sort | tr '\n' ':' | sed 's/:$//' >"$built/classpath"
        make_cache
        mv "$root/cli/target/decant.start" "$built/done"
    fi
    rm -rf "$lock"
    trap - EXIT INT TERM
}

# First runs, recorded: later starts take classes from the cache instead of loading them anew. Profiles
# are left out, since only the second compiler, which is off, reads them. Serving has a cache of its own,
# so that labelling a file pays nothing for it.
make_cache() {
    [ -f "$root/models/sst2-minilm/model.onnx" ] && [ -f "$root/examples/reviews.csv" ] || return 0
    record decant dev.decant.cli.Decant classify "$root/examples/reviews.csv" --text description --limit 64 \
        -o "$built/first.csv" --force --report "$built/first.json"
    record serve dev.decant.cli.ServeRehearsal
    rm -f "$built/first.csv" "$built/first.csv.part" "$built/first.json"
}

record() { # NAME MAIN-CLASS ARGUMENTS
    cache=$built/$1.aot
    shift
    "$jdk/bin/java" -XX:AOTCacheOutput="$cache" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m \
        -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:-AOTReplayTraining \
        --enable-native-access=ALL-UNNAMED -Xlog:disable -cp "$(cat "$built/classpath")" \
        "$@" >"$root/cli/target/decant-cache.log" 2>&1 || rm -f "$cache"
    # Written anew in small blocks: Linux maps a file in the pieces in which it was written, and those of
    # the JVM are of megabytes.
    if [ -f "$cache" ]; then
        dd if="$cache" of="$cache.part" bs=64k 2>/dev/null && mv "$cache.part" "$cache"
    fi
    rm -f "$cache.part" "$cache.config"
}
