#!/bin/sh
# Builds OpenSSL from build/src/openssl as static libraries.
#
#   openssl.sh native|wasm
#
# Leaves build/KIND/lib/lib{ssl,crypto}.a and build/KIND/include/openssl/.
# Both kinds have the same features, or the CLI and the page would not give the
# same answers.
set -eu
unset MAKEFLAGS MFLAGS MAKELEVEL # those of our own make mean nothing in there

cd "$(dirname "$0")/../.."
kind=$1
out=$PWD/build/$kind
log=$out/openssl.log

# Out: whatever needs files, sockets, threads or a running system, and what no
# TLS handshake, certificate or cipher list between nginx and a backend has.
# In: every TLS cipher suite that Debian's build knows, and the weak ones, so
# that a cipher list expands as it does there and an old backend can be played.
features='no-shared no-module no-dso no-engine no-threads no-async no-sock
    no-stdio no-ui-console no-secure-memory no-autoload-config no-filenames
    no-apps no-tests no-docs no-makedepend
    no-quic no-dgram no-dtls no-srtp no-nextprotoneg no-comp
    no-ct no-cms no-cmp no-ts no-ocsp no-http no-rfc3779
    no-ec2m no-slh-dsa no-sm2 no-sm3 no-sm4 no-gost
    no-idea no-bf no-cast no-md4 no-mdc2 no-rc2 no-rmd160 no-whirlpool
    no-blake2 no-siphash no-siv no-ocb no-scrypt
    enable-weak-ssl-ciphers'

case $kind in
native)
    target=
    set -- -O2 -fPIC -fstack-protector-strong -D_FORTIFY_SOURCE=2
    ;;
wasm)
    # Emscripten looks for its JavaScript parser beside Debian's node only.
    export NODE_PATH=/usr/share/nodejs
    export CC=emcc AR=emar RANLIB=emranlib
    target=linux-generic32
    # There is no /dev/urandom. With __ELF__, OpenSSL's seed source calls
    # getentropy(), which src/main_wasm.c defines. It has no other use of it.
    set -- -Oz -ffunction-sections -fdata-sections no-asm \
        --with-rand-seed=getrandom -D__ELF__
    ;;
*)
    echo "usage: openssl.sh native|wasm" >&2
    exit 2
    ;;
esac

fail() {
    tail -30 "$log" | cut -c1-300 >&2
    echo "openssl.sh: building OpenSSL ($kind) failed, see $log" >&2
    exit 1
}

echo "building OpenSSL $(cat build/src/openssl.version) ($kind); takes some minutes" >&2
mkdir -p "$out/include" "$out/lib"
# A folder of its own: two makes in one tree must not write into one another.
work=$(mktemp -d "$out/openssl.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
# A relative path to the sources, fixed folders and a fixed date: no trace of
# this machine in what is shipped.
export SOURCE_DATE_EPOCH=0
# shellcheck disable=SC2086  # lists of words
perl ../../src/openssl/Configure $target --prefix=/usr --openssldir=/etc/ssl \
    $features "$@" >"$log" 2>&1 || fail
make -j"$(nproc)" build_libs >>"$log" 2>&1 || fail
rm -rf "$out/include/openssl"
cp -R ../../src/openssl/include/openssl include/openssl "$out/include/"
cp libcrypto.a "$out/lib/"
cp libssl.a "$out/lib/" # last: make takes it as the sign that all is there
cd "$out"
