#!/bin/sh
# Builds nginx 1.26.3 for the tests, into build/nginx-1.26.3/sbin/nginx, against
# the machine's OpenSSL. Every bundled module that needs no further library is
# in, so that the directive table can be asked about all of them.
set -eu
unset MAKEFLAGS MFLAGS MAKELEVEL # those of our own make mean nothing in there

cd "$(dirname "$0")/../.."
prefix=$PWD/build/nginx-1.26.3

log=$prefix.log

build() {
    cd build/src/nginx
    ./configure --prefix="$prefix" --with-cc-opt='-O1 -w' --builddir="$prefix/objects" \
        --with-threads --with-file-aio --with-compat \
        --with-http_ssl_module --with-http_v2_module --with-http_v3_module \
        --with-http_realip_module --with-http_addition_module --with-http_sub_module \
        --with-http_dav_module --with-http_flv_module --with-http_mp4_module \
        --with-http_gunzip_module --with-http_gzip_static_module \
        --with-http_auth_request_module --with-http_random_index_module \
        --with-http_secure_link_module --with-http_degradation_module \
        --with-http_slice_module --with-http_stub_status_module \
        --with-mail --with-mail_ssl_module \
        --with-stream --with-stream_ssl_module --with-stream_realip_module \
        --with-stream_ssl_preread_module &&
        make -j"$(nproc)" && make install
}

echo "building nginx $(cat build/src/nginx.version) for the tests" >&2
rm -rf "$prefix"
if ! (build) >"$log" 2>&1; then
    tail -20 "$log" | cut -c1-300 >&2
    echo "nginx.sh: building nginx failed, see $log" >&2
    exit 1
fi
rm -rf "$prefix/objects"
