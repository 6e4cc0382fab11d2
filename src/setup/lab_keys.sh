#!/bin/sh
# Makes src/tls/fixtures.inc anew: the private keys of the handshake replay.
# Run by hand, and hardly ever: the file is in git.
#
# These keys protect nothing. They are public, the same for everybody, and play
# the parts of backends and authorities that exist only while a replay runs. No
# key is made at run time, as RSA keys take seconds in WebAssembly.
set -eu
cd "$(dirname "$0")/../.."
out=src/tls/fixtures.inc
new=$(mktemp)
trap 'rm -f "$new"' EXIT

key() { # NAME genpkey's arguments
    name=$1
    shift
    printf '\nstatic const unsigned char %s[] = {\n' "$name"
    openssl genpkey "$@" 2>/dev/null | openssl pkcs8 -topk8 -nocrypt -outform DER |
        od -An -v -tx1 |
        sed -e 's/ \([0-9a-f][0-9a-f]\)/0x\1, /g' -e 's/ *$//' -e 's/^/    /'
    printf '};\n'
}

ec() { # NAME CURVE
    key "$1" -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -pkeyopt ec_param_enc:named_curve
}

{
    cat <<'HEAD'
/*
 * Private keys for the handshake replay, as PKCS#8; made by src/setup/lab_keys.sh.
 * They are public and protect nothing: never use them for anything else.
 */
/* clang-format off */
HEAD
    key KEY_RSA_2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
    key KEY_RSA_1024 -algorithm RSA -pkeyopt rsa_keygen_bits:1024
    ec KEY_P256 P-256
    ec KEY_P384 P-384
    key KEY_ED25519 -algorithm ED25519
    key KEY_ROOT -algorithm ED25519
    key KEY_INTERMEDIATE -algorithm ED25519
    key KEY_STRANGER -algorithm ED25519
    ec KEY_CLIENT P-256
    printf '/* clang-format on */\n'
} >"$new"
cp "$new" "$out"
