# Shared by the scripts of this folder: source it, it starts nothing by itself.
# shellcheck shell=bash

TURN_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TURN_LOGS="$TURN_ROOT/.build/logs"
TURN_SWIFT_AT_LEAST=6.2

# What the programs are built with, and what the tests and the demo of head office run beside them.
BRANCH_PACKAGES=(libsqlite3-dev libhiredis-dev zlib1g-dev libargon2-dev)
HQ_PACKAGES=(libpq-dev)
SERVER_PACKAGES=(redis-server redis-tools postgresql openssl)
# The browser that the pages are tested in, what checks their types, and what reads their QR codes.
PAGE_PACKAGES=(chromium node-typescript zbar-tools)

say() { printf '%s\n' "$*"; }
note() { printf '== %s\n' "$*" >&2; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# minutes SECONDS: prints a span as 3:07.
minutes() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# need_swift: the toolchain is a precondition, because Debian has no package of it.
need_swift() {
    command -v swift >/dev/null ||
        fail "no swift on the PATH. Install Swift $TURN_SWIFT_AT_LEAST or newer (swift.org/install) and start again."
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "swift --version names no version."
    [ "$(printf '%s\n%s\n' "$TURN_SWIFT_AT_LEAST" "$version" | sort -V | head -n 1)" = "$TURN_SWIFT_AT_LEAST" ] ||
        fail "Swift $version is too old: $TURN_SWIFT_AT_LEAST or newer is needed."
}

# need_packages NAME...: installs the Debian packages that are missing, and touches nothing when none is.
need_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "these packages are missing, and there is no apt-get: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing; install them as root: ${missing[*]}"
        as_root=(sudo)
    fi
    note "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -q >&2 || note "apt-get update failed; trying with the lists at hand"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}" >&2 || fail "apt-get could not install ${missing[*]}"
}

# need_venv: the Python environment of the API and page tests, built anew when their requirements changed.
need_venv() {
    local folder="$TURN_ROOT/.build-venv" wanted lists=()
    lists=("$TURN_ROOT/Tests/APITests/requirements.txt" "$TURN_ROOT/Tests/PageTests/requirements.txt")
    wanted=$(cat "${lists[@]}" | sha256sum)
    [ -x "$folder/bin/python" ] && [ "$(cat "$folder/requirements.sha256" 2>/dev/null)" = "$wanted" ] && return 0
    note "installing the Python tools of the API and page tests"
    rm -rf "$folder"
    python3 -m venv "$folder" || return 1
    "$folder/bin/python" -m pip install --quiet --requirement "${lists[0]}" --requirement "${lists[1]}" || return 1
    printf '%s\n' "$wanted" >"$folder/requirements.sha256"
}

# with_ticker WORD COMMAND...: runs the command and says every minute that it still does.
with_ticker() {
    local word=$1 began=$SECONDS ticker status=0
    shift
    (
        trap 'kill "$nap" 2>/dev/null; exit 0' TERM
        while :; do
            sleep 60 &
            nap=$!
            wait "$nap"
            note "$word, $(minutes $((SECONDS - began)))"
        done
    ) &
    ticker=$!
    "$@" || status=$?
    kill "$ticker" 2>/dev/null
    wait "$ticker" 2>/dev/null
    return $status
}

# binaries: prints the folder of the release build.
binaries() { swift build --package-path "$TURN_ROOT" -c release --show-bin-path; }
