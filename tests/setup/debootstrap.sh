#!/bin/bash
# Tries the set-up where it has to work: in a Debian 12 that holds nothing but
# git, make and a shell, on a clone of what is committed here. Needs root and
# debootstrap; `make test` does not run it, since it takes as long as a first build.
#
#   debootstrap.sh FOLDER make run      runs a command in the clone, as root
#   debootstrap.sh FOLDER --user make run      as a plain user without sudo
#   debootstrap.sh FOLDER --fresh              throws the system away first
#
# The system in FOLDER is made once; the clone is brought up to date each time,
# keeping build/. Mirror, resolver, certificates and proxies are the host's.
set -euo pipefail

folder=$(realpath -m "$1")
shift
repo=$(realpath "$(dirname "$0")/../..")
root=$folder/root
user=root
while [ $# -gt 0 ]; do
    case $1 in
    --fresh) rm -rf --one-file-system "$root" ;;
    --user) user=plain ;;
    *) break ;;
    esac
    shift
done

# The host's mirrors, as lines of a sources.list.
mirrors() {
    # shellcheck disable=SC2016  # $(…) is apt's own notation
    apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
        awk '$1 == "Debian" && $3 ~ /^bookworm(-updates|-security)?$/ { print $2, $3 }' | sort -u
}

if [ ! -e "$root/.ready" ]; then
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --include=git,make bookworm "$root" \
        "$(mirrors | awk '$2 == "bookworm" { print $1; exit }')" >"$folder/debootstrap.log"
    mirrors | sed 's/$/ main/; s/^/deb /' >"$root/etc/apt/sources.list"
    chroot "$root" useradd --create-home plain
    touch "$root/.ready"
fi

cp /etc/resolv.conf /etc/hosts "$root/etc/"
# Beside the system's own bundle, which the ca-certificates package will write.
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/host-certificates.crt"

mounted=()
bind() { # FROM TO
    mkdir -p "$2"
    mount --bind "$1" "$2"
    mounted+=("$2")
}
unmount() {
    for ((i = ${#mounted[@]} - 1; i >= 0; i--)); do umount -l "${mounted[i]}"; done
}
trap unmount EXIT
# Onto itself, or `unshare --mount` in there would find no mount to change.
bind "$root" "$root"
for dir in proc sys dev dev/shm dev/pts; do
    if mountpoint -q "/$dir"; then bind "/$dir" "$root/$dir"; fi
done

home=/root
[ "$user" = root ] || home=/home/$user
clone=$home/tlsmend
# The corpus, for the tests that want it, lies beside the clone as it does here.
if [ -d "$repo/../shared" ]; then bind "$repo/../shared" "$root$home/shared"; fi
rm -rf "$root/tmp/repo.git"
git clone --quiet --bare "$repo" "$root/tmp/repo.git"
chmod -R a+rX "$root/tmp/repo.git"

env=(HOME="$home" USER="$user" LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    npm_config_cafile=/etc/host-certificates.crt NODE_EXTRA_CA_CERTS=/etc/host-certificates.crt)
while IFS= read -r variable; do env+=("$variable"); done < <(env | grep -iE '^(https?_proxy|no_proxy|npm_config_registry)=' || true)

inside() {
    chroot --userspec="$user" "$root" /usr/bin/env -i "${env[@]}" /bin/sh -c "$1" sh "${@:2}"
}

# shellcheck disable=SC2016  # expanded inside
inside 'git config --global --add safe.directory "*"
    if [ -d "$1" ]; then cd "$1" && git fetch -q origin && git reset -q --hard FETCH_HEAD
    else git clone -q /tmp/repo.git "$1"; fi' "$clone"
[ $# -gt 0 ] || exit 0
# shellcheck disable=SC2016
inside 'cd "$1" && shift && exec "$@" </dev/null' "$clone" "$@"
