#!/bin/sh
# What `make run` shows: a config that fails, its log line, and the diff.
#
#   run.sh TLSMEND CONFIG [LOG]
set -eu

tlsmend=$1 config=$2 log=$3
set -- fix
if [ -n "$log" ]; then
    set -- "$@" --evidence "$log"
    echo "The log says:"
    sed 's/^/  /' "$log"
    echo
fi
echo "\$ tlsmend $* $config"
echo

# Like diff, the program answers 1 when there is a diff, which is what we want.
status=0
"$tlsmend" "$@" "$config" || status=$?
if [ "$status" -gt 1 ]; then exit "$status"; fi
if [ "$status" -eq 0 ]; then echo "Nothing to change."; fi

echo
echo "The same in a browser, all in one file: open $PWD/dist/tlsmend.html"
