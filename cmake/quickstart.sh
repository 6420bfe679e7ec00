#!/usr/bin/env bash
# A fresh checkout in; the order desk built and run (demo), or everything built and tested on SQLite and on a
# throwaway PostgreSQL (test), out. What is missing is installed where there is apt-get.
#
#   cmake/quickstart.sh demo
#   cmake/quickstart.sh test [CMAKE-OPTION...]
#
# ROWAN_PRESET chooses one of the presets in CMakePresets.json (dev).
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=${ROWAN_PRESET:-dev}
build=build/$preset
to_build=(g++ cmake ninja-build libsoci-dev libboost-dev libpq-dev libsqlite3-dev pkg-config)
to_test=("${to_build[@]}" doctest-dev postgresql)
if [[ $preset == clang ]]; then to_build+=(clang) to_test+=(clang); fi

say() { printf 'rowan: %s\n' "$*"; }

usage() {
  sed -n 's/^#   /usage: /p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

demo() {
  local database=$build/order_desk.db
  cmake/install_missing.sh "${to_build[@]}"
  if [[ ! -f $build/build.ninja ]]; then # else it is set up already, perhaps with the tests
    say 'configuring...'
    cmake --preset "$preset" -DROWAN_BUILD_TESTS=OFF >/dev/null
  fi
  say 'building the order desk...'
  cmake --build "$build" --target order_desk
  say "running it on $database"
  rm -f "$database"
  "$build/examples/order_desk/order_desk" "sqlite3://$database"
}

run_tests() {
  cmake/install_missing.sh "${to_test[@]}"
  say 'configuring...'
  cmake --preset "$preset" "$@" >/dev/null
  say 'building...'
  cmake --build "$build"
  say 'testing on SQLite and on a PostgreSQL of its own...'
  cmake/throwaway_postgres.sh run ctest --test-dir "$build" --output-on-failure --no-tests=error \
    --parallel "$(nproc)"
}

case "${1-}" in
  demo) demo ;;
  test) run_tests "${@:2}" ;;
  *) usage ;;
esac
