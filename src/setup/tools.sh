#!/bin/sh
# Makes sure that the tools are there that a make target needs.
#
#   tools.sh GROUP...      GROUP is build, wasm, web, test, lint or system
#
# Silent if nothing is missing. Otherwise, on Debian and the like, installs the
# packages with apt-get as root or through sudo, saying which; without either,
# names the one command to give, and fails. Elsewhere names each missing tool.
set -eu

# --- What is needed: a check, the Debian package, and what it is --------------

missing_packages=
missing_things=

missing() { # PACKAGE DESCRIPTION
    missing_packages="$missing_packages $1"
    missing_things="$missing_things$2
"
}

need_command() { # COMMAND PACKAGE DESCRIPTION
    command -v "$1" >/dev/null 2>&1 || missing "$2" "$1: $3"
}

need_header() { # HEADER PACKAGE DESCRIPTION
    # No compiler yet means no answer, and a fresh system: it will be missing.
    echo "#include <$1>" | cc -E -o /dev/null - >/dev/null 2>&1 || missing "$2" "$1: $3"
}

need_build() {
    need_command cc gcc "a C compiler"
    need_command ar binutils "the binary utilities"
    need_header stdlib.h libc6-dev "the C library's headers"
    # perl-base is not enough for OpenSSL's Configure.
    perl -MFindBin -MFile::Compare -MIPC::Cmd -MPod::Usage -e 1 >/dev/null 2>&1 ||
        missing perl "perl: Perl 5 with its standard modules"
}

need_wasm() {
    need_command emcc emscripten "Emscripten, the C compiler for WebAssembly"
}

need_web() {
    need_command node nodejs "Node.js 18 or newer"
    need_command npm npm "npm"
    [ -e /etc/ssl/certs/ca-certificates.crt ] || [ ! -e /etc/debian_version ] ||
        missing ca-certificates "the certificates of the public authorities"
}

need_test() {
    need_header cmocka.h libcmocka-dev "cmocka, the unit test library"
    need_command nginx nginx "nginx"
    # Where Debian keeps nginx's dynamic modules; elsewhere stream is built in.
    if [ -e /etc/debian_version ]; then
        for module in stream mail; do
            [ -e "/usr/lib/nginx/modules/ngx_${module}_module.so" ] ||
                missing "libnginx-mod-$module" "nginx's $module module"
        done
    fi
    need_command openssl openssl "the openssl program"
    need_command patch patch "patch"
    need_command shellcheck shellcheck "shellcheck, for the smoke test script"
    need_command git git "git"
    command -v google-chrome >/dev/null 2>&1 || need_command chromium chromium "Chromium"
    need_header pcre2posix.h libpcre2-dev "PCRE 2, to build nginx"
    need_header zlib.h zlib1g-dev "zlib, to build nginx"
    need_header openssl/ssl.h libssl-dev "OpenSSL's headers, to build nginx"
}

need_lint() {
    need_command clang-format clang-format "clang-format"
    need_command clang-tidy clang-tidy "clang-tidy"
    need_command shellcheck shellcheck "shellcheck"
}

need_system() { # the libraries for SYSTEM_LIBS=1
    need_header openssl/ssl.h libssl-dev "OpenSSL's headers"
    need_header jansson.h libjansson-dev "jansson's headers"
}

# What no package of this release would mend.
check_versions() { # GROUP
    case $1 in
    web)
        node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' && return
        say "missing: node 18 or newer (this is $(node --version))"
        ;;
    system)
        printf '%s\n' '#include <openssl/opensslv.h>' \
            '#if OPENSSL_VERSION_NUMBER < 0x30500000L' '#error' '#endif' |
            cc -E -o /dev/null - 2>/dev/null && return
        say "missing: OpenSSL 3.5 or newer, for SYSTEM_LIBS=1; without it, tlsmend builds its own"
        ;;
    *) return ;;
    esac
    exit 1
}

# --- What to do about it -----------------------------------------------------

say() { echo "tlsmend: $*" >&2; }

as_root=
become_root() {
    [ "$(id -u)" -eq 0 ] && return 0
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && as_root="sudo -n"
}

# A package's daemon must not start because somebody wanted to run tests. The
# policy file is Debian's way to say so; one that is there already stays.
policy=/usr/sbin/policy-rc.d
without_daemons() {
    if [ -e "$policy" ]; then
        "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
    trap '$as_root rm -f "$policy"' EXIT
    trap 'exit 1' INT TERM
    "$@"
}

apt() {
    # shellcheck disable=SC2086  # may be empty, or two words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
}

install_packages() {
    say "installing with apt-get:$missing_packages"
    log=$(mktemp)
    # shellcheck disable=SC2086  # a list
    if apt update >"$log" 2>&1 &&
        without_daemons apt install -y --no-install-recommends \
            -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 $missing_packages >>"$log" 2>&1; then
        rm -f "$log"
        return
    fi
    tail -20 "$log" >&2
    rm -f "$log"
    say "apt-get failed; it was to install:$missing_packages"
    exit 1
}

for group in "$@"; do "need_$group"; done

if [ -n "$missing_packages" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        printf '%s' "$missing_things" | sed 's/^/tlsmend: missing: /' >&2
        exit 1
    fi
    if ! become_root; then
        say "some packages are missing, and installing them takes root. Give this command, then try again:"
        echo "apt-get install -y --no-install-recommends$missing_packages" >&2
        exit 1
    fi
    install_packages
fi

for group in "$@"; do check_versions "$group"; done
