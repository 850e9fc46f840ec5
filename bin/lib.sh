# Shared by the scripts beside this file: where things are, and what must be installed.
# Not run by itself.

# A relative target folder is meant from where the caller stands, not from the project's root.
if [[ -n ${CARGO_TARGET_DIR:-} ]]; then
    CARGO_TARGET_DIR=$(realpath -m "$CARGO_TARGET_DIR")
    export CARGO_TARGET_DIR
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

stop() {
    printf '%s\n' "$@" >&2
    exit 2
}

missing=()

# need COMMAND PACKAGE...: remembers Debian's packages for a command that isn't there.
need() {
    command -v "$1" >/dev/null || missing+=("${@:2}")
}

need_rust() {
    command -v cargo >/dev/null || stop "Rust is missing: install it with rustup, then try again."
    need cc gcc libc6-dev
}

need_postgres() {
    [[ -n $(postgres_bin) ]] || missing+=(postgresql)
}

need_browser() {
    need chromium chromium
    need node nodejs
    need npm npm
}

need_python() {
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
}

# Installs what is missing, or says what to install and what can be left out.
install_missing() {
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
        stop "Missing: ${missing[*]}" "Install them (Debian: apt-get install ${missing[*]}), or leave out what needs them:" \
            "  --no-postgres   without postgresql" \
            "  --no-browser    without chromium, nodejs, npm and python3-venv"
    fi
    say "Installing ${missing[*]}"
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "${missing[@]}"
}

# Where PostgreSQL's own commands are; Debian keeps them off the PATH.
postgres_bin() {
    local folder newest=''
    for folder in /usr/lib/postgresql/*/bin; do
        [[ -x $folder/initdb ]] && newest=$folder
    done
    [[ -n $newest ]] || ! command -v initdb >/dev/null || newest=$(dirname "$(command -v initdb)")
    printf '%s' "$newest"
}

as_postgres() {
    if [[ $(id -u) -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Starts a PostgreSQL of our own in a new folder, reached by a socket in there, and stops it at exit.
start_postgres() {
    postgres=$(mktemp -d /tmp/42min-postgres.XXXXXX)
    trap stop_postgres EXIT
    [[ $(id -u) -ne 0 ]] || chown postgres "$postgres"
    as_postgres "$(postgres_bin)/initdb" -D "$postgres/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$postgres.log"
    as_postgres "$(postgres_bin)/pg_ctl" -D "$postgres/data" -l "$postgres/log" -w -s start -o "\
        -c listen_addresses='' -c unix_socket_directories=$postgres -c max_connections=300 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    export MIN42_TEST_DATABASE_URL="postgres://postgres@${postgres//\//%2F}"
}

stop_postgres() {
    as_postgres "$(postgres_bin)/pg_ctl" -D "$postgres/data" -m immediate -s stop || true
    rm -rf "$postgres" "$postgres.log"
}

# The tools of the browser tests, at the versions committed in e2e/. The browser is Debian's.
prepare_browser() {
    local ready=e2e/node_modules/.package-lock.json
    if [[ ! -e $ready || e2e/package-lock.json -nt $ready ]]; then
        (cd e2e && npm ci --no-audit --no-fund --silent)
        touch "$ready"
    fi
    CHROMIUM=$(command -v chromium)
    export CHROMIUM
}

# The tools of the check of letters, in a virtual environment of the project's own.
prepare_python() {
    local ready=.tools/venv/ready
    if [[ ! -e $ready || e2e/requirements.txt -nt $ready ]]; then
        python3 -m venv .tools/venv
        .tools/venv/bin/pip install --quiet --disable-pip-version-check -r e2e/requirements.txt
        touch "$ready"
    fi
}
