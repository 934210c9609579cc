#!/bin/sh
# Fuzzes the core natively and the boundary in Node, at the same time: run.sh SECONDS. FUZZ_SEED=N repeats a run in Node;
# build/fuzz build/crash-... one of the core.
set -u
seconds=$1
corpus=build/corpus # grows from run to run
log=build/fuzz-core.log
mkdir -p $corpus

build/fuzz -max_total_time="$seconds" -max_len=300 -timeout=20 -dict=test/c/fuzz.dict -artifact_prefix=build/ \
  -print_final_stats=1 $corpus test/c/corpus > $log 2>&1 < /dev/null &
FUZZ_SECONDS=$seconds npx mocha --no-config test/fuzz/*.js
boundary=$?
wait $!
core=$?

sed -n 's/^stat::number_of_executed_units: */core: runs /p; s/^stat::average_exec_per_sec: */core: runs per second /p' $log
if [ $core = 0 ]; then
  echo 'C: 1 passed, 0 failed'
else
  cat $log
  echo 'C: 0 passed, 1 failed'
fi
[ $boundary = 0 ] && [ $core = 0 ]
