#!/usr/bin/env bash
# A fresh checkout in; the order desk built and run (demo), or everything built and tested on SQLite and on a
# throwaway PostgreSQL (test), or what has threads with the thread sanitizer (threads), or the torture tests in their
# long form (torture), or the matrix of what each database allows at each level (isolation), or Rowan measured beside
# code written by hand (bench), out. What is missing is installed where there is apt-get.
#
#   cmake/quickstart.sh demo
#   cmake/quickstart.sh test [CMAKE-OPTION...]
#   cmake/quickstart.sh threads [CMAKE-OPTION...]
#   cmake/quickstart.sh torture [ROUNDS]
#   cmake/quickstart.sh isolation
#   cmake/quickstart.sh bench [OPTION...]
#
# ROWAN_PRESET chooses one of the presets in CMakePresets.json (dev; for threads, tsan; for torture, release).
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1-}" in
  threads) preset=tsan ;;
  torture) preset=release ;;
  *) preset=dev ;;
esac
preset=${ROWAN_PRESET:-$preset}
build=build/$preset
to_build=(g++ cmake ninja-build libsoci-dev libboost-dev libpq-dev libsqlite3-dev nlohmann-json3-dev pkg-config)
to_test=("${to_build[@]}" doctest-dev catch2 libgtest-dev patch postgresql)
case $preset in
  clang) to_build+=(clang) to_test+=(clang) ;;
  asan | tsan) to_build+=(clang libclang-rt-dev) to_test+=(clang libclang-rt-dev) ;;
esac

say() { printf 'rowan: %s\n' "$*"; }

usage() {
  sed -n 's/^#   /usage: /p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

# Unless it is set up already, perhaps with the tests.
configure_without_tests() {
  if [[ -f $build/build.ninja ]]; then return; fi
  say 'configuring...'
  cmake --preset "$preset" -DROWAN_BUILD_TESTS=OFF >/dev/null
}

demo() {
  local database=$build/order_desk.db
  cmake/install_missing.sh "${to_build[@]}"
  configure_without_tests
  say 'building the order desk...'
  cmake --build "$build" --target order_desk
  say "running it on $database"
  rm -f "$database"
  "$build/examples/order_desk/order_desk" "sqlite3://$database"
}

# Tests [CTEST-OPTION...] of what has been built.
run_ctest() {
  say 'testing on SQLite and on a PostgreSQL of its own...'
  # shellcheck disable=SC2016 # for the inner shell
  cmake/throwaway_postgres.sh run bash -c '"$@" && echo "rowan: all passed; removing the PostgreSQL..."' bash \
    ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$(nproc)" "$@"
}

run_tests() {
  cmake/install_missing.sh "${to_test[@]}"
  say 'configuring...'
  cmake --preset "$preset" "$@" >/dev/null
  say 'building...'
  cmake --build "$build"
  run_ctest
}

run_threads() {
  cmake/install_missing.sh "${to_test[@]}"
  say 'configuring...'
  cmake --preset "$preset" "$@" >/dev/null
  say 'building what has threads...'
  cmake --build "$build" --target rowan_thread_tests torture_races
  run_ctest --label-regex '^threads$'
}

# The matrix, as isolation.html and isolation.json.
isolation() {
  cmake/install_missing.sh "${to_build[@]}" postgresql
  configure_without_tests
  say 'building...'
  cmake --build "$build" --target isolation
  say 'running every interleaving on SQLite and on a PostgreSQL of its own...'
  # shellcheck disable=SC2016 # for the inner shell
  cmake/throwaway_postgres.sh run bash -c \
    'exec "$1" --postgres "$ROWAN_TEST_POSTGRES" --html isolation.html --json isolation.json' bash \
    "$build/examples/isolation_test/isolation"
}

# PROGRAM [ARGUMENT...] with the URL of a PostgreSQL of its own.
on_postgres() {
  # shellcheck disable=SC2016 # for the inner shell
  cmake/throwaway_postgres.sh run bash -c 'exec "$@" --url "postgresql://$ROWAN_TEST_POSTGRES"' bash "$@"
}

# Each round with a seed of its own: races of 10000 commits in each of four configurations, then 500 commits in each
# scenario of crashes, on both databases.
torture() {
  local rounds=${1:-10} round programs=$build/tests/torture
  if (($# > 1)) || [[ ! $rounds =~ ^[1-9][0-9]{0,5}$ ]]; then usage; fi
  cmake/install_missing.sh "${to_test[@]}"
  say 'configuring...'
  cmake --preset "$preset" >/dev/null
  say 'building...'
  cmake --build "$build" --target torture_races torture_crashes
  local sqlite=(--url "sqlite3://$programs/torture.db")
  for ((round = 1; round <= rounds; ++round)); do
    local races=("$programs/torture_races" --commits 10000 --seed "$round")
    local crashes=("$programs/torture_crashes" --commits 500 --seed "$round")
    say "round $round of $rounds: races on SQLite..."
    "${races[@]}" "${sqlite[@]}"
    say "round $round of $rounds: races on PostgreSQL..."
    on_postgres "${races[@]}"
    say "round $round of $rounds: crashes on SQLite..."
    "${crashes[@]}" "${sqlite[@]}"
    say "round $round of $rounds: crashes on PostgreSQL..."
    on_postgres "${crashes[@]}"
  done
  say "rounds: $rounds; no promise was broken"
}

case "${1-}" in
  demo) demo ;;
  test) run_tests "${@:2}" ;;
  threads) run_threads "${@:2}" ;;
  torture) torture "${@:2}" ;;
  isolation) isolation ;;
  bench)
    cmake/install_missing.sh "${to_build[@]}" postgresql
    cmake/bench.sh "${@:2}"
    ;;
  *) usage ;;
esac
