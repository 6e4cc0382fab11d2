#!/bin/sh
# Builds jansson from build/src/jansson as a static library.
#
#   jansson.sh native|wasm
#
# Leaves build/KIND/lib/libjansson.a and build/KIND/include/jansson*.h. Its
# configure step is replaced by the two files below, so that both kinds are
# alike: no threads, no files, no randomness.
set -eu

cd "$(dirname "$0")/../.."
kind=$1
out=$PWD/build/$kind
src=$PWD/build/src/jansson/src

case $kind in
native)
    cc=${CC:-cc} ar=ar
    set -- -O2 -fPIC -fstack-protector-strong -D_FORTIFY_SOURCE=2
    ;;
wasm)
    export NODE_PATH=/usr/share/nodejs
    cc=emcc ar=emar
    set -- -Oz -ffunction-sections -fdata-sections
    ;;
*)
    echo "usage: jansson.sh native|wasm" >&2
    exit 2
    ;;
esac

echo "building jansson $(cat build/src/jansson.version) ($kind)" >&2
mkdir -p "$out/include" "$out/lib"
work=$(mktemp -d "$out/jansson.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

sed -e 's/@json_inline@/inline/' \
    -e 's/@json_have_long_long@/1/' \
    -e 's/@json_have_localeconv@/0/' \
    -e 's/@json_have_[a-z]*_builtins@/0/' \
    "$src/jansson_config.h.in" >"$out/include/jansson_config.h"
cp "$src/jansson.h" "$out/include/"
cat >"$work/jansson_private_config.h" <<'END'
#define HAVE_STDINT_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_UNISTD_H 1
#define INITIAL_HASHTABLE_ORDER 3
END

cd "$work"
for file in "$src"/*.c; do
    object=$(basename "$file" .c).o
    # Its asserts hold __FILE__: no path of this machine in what is shipped.
    $cc "$@" -w -ffile-prefix-map="$src"=jansson -DHAVE_CONFIG_H -I. -I"$out/include" -I"$src" -c "$file" -o "$object"
done
$ar rcs libjansson.a ./*.o
mv libjansson.a "$out/lib/"
cd "$out"
