#!/bin/sh
# Runs every test and adds up the runners' own counts; the last line is "N passed, N failed". A step that fails without
# a count of its own (the linters, a runner that crashed) counts as one failure.
set -u
passed=0
failed=0

step() { # name, command...
  name=$1
  log=build/$name.log
  shift
  echo "== $name"
  { "$@" 2>&1; echo "status $?"; } | tee "$log" | grep -v '^status [0-9]*$'
  status=$(sed -n 's/^status //p' "$log" | tail -n 1)
  # The C runner closes with "C: N passed, M failed", Mocha with "N passing", "M failing".
  ok=$(sed -nE 's/^C: ([0-9]+) passed.*/\1/p; s/^ *([0-9]+) passing.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
  bad=$(sed -nE 's/^C: .* ([0-9]+) failed/\1/p; s/^ *([0-9]+) failing.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
  [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + ok))
  failed=$((failed + bad))
}

step lint make --no-print-directory lint
step c make --no-print-directory test-c
step mocha make --no-print-directory test-js
step fuzz make --no-print-directory fuzz SECONDS=60
step browsers make --no-print-directory test-browsers
step runtimes make --no-print-directory test-runtimes

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
