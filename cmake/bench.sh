#!/usr/bin/env bash
# A checkout in; Rowan measured beside code that is written by hand, on SQLite and on a throwaway PostgreSQL, as a table,
# bench.json and bench.svg in the build folder, out. It installs nothing.
#
#   cmake/bench.sh [OPTION...]             options of rowan_bench go on to it, e.g. --n 2000 --rounds 3
#   cmake/bench.sh --check-round-trips     the short form: nothing but round trips, against their limits
#
# ROWAN_BENCH_BUILD names the build folder (build/bench).
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${ROWAN_BENCH_BUILD:-build/bench}
program=$build/bench/rowan_bench
database=$build/bench/bench.db

say() { printf 'rowan: %s\n' "$*"; }

# PROGRAM [ARGUMENT...] with the URL of a PostgreSQL of its own.
on_postgres() {
  # shellcheck disable=SC2016 # for the inner shell
  cmake/throwaway_postgres.sh run bash -c 'exec "$@" --url "postgresql://$ROWAN_TEST_POSTGRES"' bash "$@"
}

say 'configuring...'
cmake --preset release -B "$build" -DROWAN_BUILD_BENCH=ON -DROWAN_BUILD_TESTS=OFF -DROWAN_BUILD_EXAMPLES=OFF >/dev/null
say 'building...'
cmake --build "$build" --target rowan_bench

if [[ ${1-} == --check-round-trips ]]; then
  on_postgres "$program" "$@"
else
  say 'measuring; with all sizes and rounds this takes about half an hour...'
  rm -f "$database" "$database"-{wal,shm,journal}
  on_postgres "$program" --url "sqlite3://$database" --rtt-ms 1 --merge-time --compile-time --output "$build/bench" "$@"
fi
