# Finds a JDK of version 25 or newer, for ./decant and ./build. Sourced; sets `jdk` to its folder.
#
# Looked at in this order: DECANT_JAVA_HOME, JAVA_HOME, the java on the PATH, the usual folders of
# Linux and macOS. A folder's `release` file tells its version, so no JVM is started to ask.

jdk_version() { # FOLDER: prints the feature version, or nothing
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release"
}

jdk_fits() { # FOLDER
    version=$(jdk_version "$1")
    [ -n "$version" ] && [ "$version" -ge 25 ]
}

jdk_on_path() { # prints the JDK folder of the java on the PATH, or nothing
    java=$(command -v java) || return 0
    # Links lead to the JDK's own bin folder (readlink -f is not everywhere).
    while [ -L "$java" ]; do
        target=$(readlink "$java")
        case $target in
            /*) java=$target ;;
            *) java=$(dirname "$java")/$target ;;
        esac
    done
    (cd "$(dirname "$java")/.." 2>/dev/null && pwd -P)
}

find_jdk() {
    if [ -n "${DECANT_JAVA_HOME:-}" ]; then
        # Named for us: nothing else is tried.
        jdk_fits "$DECANT_JAVA_HOME" && jdk=$DECANT_JAVA_HOME && return 0
        echo "decant: DECANT_JAVA_HOME is $DECANT_JAVA_HOME, which is no JDK of version 25 or newer" >&2
        return 1
    fi
    for folder in "${JAVA_HOME:-}" "$(jdk_on_path)" \
        /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        [ -n "$folder" ] || continue
        if jdk_fits "$folder"; then
            jdk=$folder
            return 0
        fi
    done
    echo "decant: no JDK 25 or newer found; install one (such as Temurin 25), or name its folder in DECANT_JAVA_HOME" >&2
    return 1
}
