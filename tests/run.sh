#!/bin/bash
# Runs suites and adds up what they counted.
#
#   run.sh SUITE...      SUITE is unit (cmocka programs) or a folder of tests/
#                        whose *.test.mjs node's test runner takes
#
# A failure does not stop the others. The last line is the sum; the exit status
# is 0 only if something ran and nothing failed. Build first: `make test` does.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

passed=0 failed=0 skipped=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# The last number behind a word at the start of node's summary lines.
node_count() { # WORD
    sed -n -E "s/^(ℹ|#) $1 ([0-9]+)$/\2/p" "$output" | tail -n 1
}

run_node() { # SUITE
    local files=() status
    mapfile -t files < <(find "tests/$1" -name '*.test.mjs' | sort)
    [ ${#files[@]} -gt 0 ] || return 0
    echo "== tests/$1"
    timeout 2400 node --test --test-reporter=spec "${files[@]}" 2>&1 | tee "$output"
    status=${PIPESTATUS[0]}
    local pass fail cancelled skip todo
    pass=$(node_count pass) fail=$(node_count fail) cancelled=$(node_count cancelled)
    skip=$(node_count skipped) todo=$(node_count todo)
    fail=$((${fail:-0} + ${cancelled:-0}))
    # Killed, or unable to start: a failure that it could not count.
    if [ "$status" -ne 0 ] && [ "$fail" -eq 0 ]; then fail=1; fi
    passed=$((passed + ${pass:-0})) failed=$((failed + fail))
    skipped=$((skipped + ${skip:-0} + ${todo:-0}))
}

run_unit() {
    local source program status pass fail
    for source in tests/unit/*_test.c; do
        [ -e "$source" ] || continue
        program=build/asan/unit/$(basename "$source" .c)
        echo "== $program"
        timeout 600 "$program" >"$output" 2>&1
        status=$?
        cat "$output"
        pass=$(sed -n -E 's/^\[  PASSED  \] ([0-9]+) test.*/\1/p' "$output" | awk '{ n += $1 } END { print n + 0 }')
        fail=$(sed -n -E 's/^\[  FAILED  \] ([0-9]+) test.*/\1/p' "$output" | awk '{ n += $1 } END { print n + 0 }')
        if [ "$status" -ne 0 ] && [ "$fail" -eq 0 ]; then fail=1; fi
        passed=$((passed + pass)) failed=$((failed + fail))
    done
}

for suite in "$@"; do
    if [ "$suite" = unit ]; then run_unit; else run_node "$suite"; fi
done

echo
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
