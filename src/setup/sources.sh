#!/bin/sh
# Fetches the sources that tlsmend is built from: OpenSSL, jansson, and nginx
# (for the tests only). They are the upstream tarballs inside Debian 13's source
# packages, and each is checked against the SHA-256 in sources.txt: it does not
# matter where they came from.
#
#   sources.sh NAME...     NAME is openssl, jansson or nginx
#
# Leaves build/src/NAME/ and build/src/NAME.version. A tarball that is already
# in build/src/ under its Debian name is used as it is, so a machine without apt
# needs only the files put there by hand.
#
# apt works in a private folder under build/: the machine's own lists and
# configuration are read, never written.
set -eu

cd "$(dirname "$0")/../.."
src=build/src
apt_dir=$PWD/build/apt
mkdir -p "$src"

pinned() { # NAME: its lines of sources.txt
    awk -v name="$1" '$1 == name' src/setup/sources.txt
}

say() { echo "sources: $*" >&2; }

# make -j starts this once for each name; apt's lists are for one at a time.
if command -v flock >/dev/null 2>&1; then
    exec 9>"$src/.lock"
    flock 9
fi

checksum_ok() { # FILE SHA256
    [ -f "$1" ] && echo "$2  $1" | sha256sum --check --status
}

# Runs an apt tool on the private lists instead of the machine's.
private_apt() {
    tool=$1
    shift
    "$tool" -qq -o Dir::Etc::sourcelist="$apt_dir/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::State::lists="$apt_dir/lists" -o Dir::Cache="$apt_dir/cache" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 "$@"
}

# The mirrors that this machine uses for Debian, asked for trixie's sources.
write_source_list() {
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    option=
    if [ -f "$keyring" ]; then option="[signed-by=$keyring] "; fi
    # shellcheck disable=SC2016  # $(…) is apt's own notation
    apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(ORIGIN)|$(COMPONENT)' \
        'Created-By: Packages' |
        awk -F'|' -v option="$option" '
            $3 == "Debian" && $4 == "main" && $2 !~ /backports|proposed/ {
                sub(/^[a-z]+/, "trixie", $2)
                print "deb-src " option $1, $2, "main"
            }' | sort -u >"$apt_dir/sources.list"
    [ -s "$apt_dir/sources.list" ]
}

prepare_apt() {
    [ -f "$apt_dir/ready" ] && return 0
    command -v apt-get >/dev/null 2>&1 || return 1
    mkdir -p "$apt_dir/lists/partial" "$apt_dir/cache/archives/partial"
    write_source_list || return 1
    say "reading Debian 13's list of source packages"
    private_apt apt-get update || return 1
    : >"$apt_dir/ready"
}

# The package versions (Debian's) that carry an upstream version, newest first.
package_versions() { # NAME UPSTREAM
    private_apt apt-cache showsrc --only-source "$1" |
        awk -v want="$2" '$1 == "Version:" {
            upstream = $2
            sub(/^[0-9]+:/, "", upstream)
            sub(/-[^-]*$/, "", upstream)
            if (upstream == want) print $2
        }' | sort -ruV
}

# A version that the lists name may be gone from the mirror: try them all.
download() { # NAME UPSTREAM
    prepare_apt || return 1
    for version in $(package_versions "$1" "$2"); do
        say "fetching $1 $version"
        if (cd "$src" && private_apt apt-get source --download-only --tar-only "$1=$version"); then
            return 0
        fi
    done
    return 1
}

unpack() { # NAME UPSTREAM TARBALL
    rm -rf "$src/$1.new" "${src:?}/$1"
    mkdir "$src/$1.new"
    tar -xzf "$3" -C "$src/$1.new" --strip-components=1 --no-same-owner
    mv "$src/$1.new" "$src/$1"
    echo "$2" >"$src/$1.version"
}

obtain() { # NAME
    newest=
    for line in $(pinned "$1" | awk '{ print $2 "=" $3 }'); do
        upstream=${line%%=*} sum=${line#*=}
        newest=${newest:-$upstream}
        tarball=$src/$1_$upstream.orig.tar.gz
        if ! checksum_ok "$tarball" "$sum"; then
            rm -f "$tarball" # apt would take a broken one for the real one
            download "$1" "$upstream" || continue
        fi
        if ! checksum_ok "$tarball" "$sum"; then
            say "$tarball is not the file that was pinned; removed"
            rm -f "$tarball"
            continue
        fi
        if [ "$upstream" != "$newest" ]; then
            say "NOTE: $1 $newest could not be had, building with $upstream: answers may differ"
        fi
        unpack "$1" "$upstream" "$tarball"
        return 0
    done
    say "cannot get $1; put one of these release tarballs into $src/ and try again:"
    pinned "$1" | awk '{ print "  " $1 "_" $2 ".orig.tar.gz  (SHA-256 " $3 ")" }' >&2
    return 1
}

for name in "$@"; do obtain "$name"; done
