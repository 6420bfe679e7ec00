#!/usr/bin/env bash
# A command in; that command, run with a PostgreSQL server all its own, and its exit status out.
#
#   throwaway_postgres.sh run COMMAND [ARG...]   start a server, run COMMAND, stop the server, remove its files
#   throwaway_postgres.sh start DIRECTORY        start a server in a new DIRECTORY; print its connection string
#   throwaway_postgres.sh stop DIRECTORY         stop that server and remove DIRECTORY
#
# COMMAND sees ROWAN_TEST_POSTGRES (the connection string) and ROWAN_REQUIRE_POSTGRES=1. The server listens on a
# Unix socket in its own directory only, which only its user and root can enter, and it does not sync to disk. Run
# by root it belongs to an unprivileged user, since PostgreSQL refuses to run as root.
set -euo pipefail
shopt -s inherit_errexit

usage() {
  sed -n 's/^#   //p' "$0" >&2
  exit 2
}

fail() {
  printf 'throwaway_postgres: %s\n' "$1" >&2
  exit 1
}

# Where initdb, pg_ctl, createdb and psql are; the newest where there are several.
find_programs() {
  local candidate
  while IFS= read -r candidate; do
    if [[ -x $candidate/initdb && -x $candidate/pg_ctl && -x $candidate/createdb && -x $candidate/psql ]]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done < <(
    { compgen -G '/usr/lib/postgresql/*/bin' || true; } | sort -V -r
    { compgen -G '/usr/pgsql-*/bin' || true; } | sort -V -r
    if command -v initdb >/dev/null; then dirname "$(command -v initdb)"; fi
    if command -v pg_config >/dev/null; then pg_config --bindir; fi
  )
  fail 'no PostgreSQL server found (Debian: apt-get install postgresql)'
}

# Whom the server runs as.
server_user() {
  if ((EUID != 0)); then
    id -un
  elif id -u postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

as_server() {
  if ((EUID != 0)); then
    (cd / && "$@")
  else
    (cd / && runuser -u "$(server_user)" -- "$@")
  fi
}

start() {
  local directory=$1 programs
  programs=$(find_programs)
  chmod 700 "$directory"
  if ((EUID == 0)); then chown "$(server_user)" "$directory"; fi
  as_server "$programs/initdb" --pgdata="$directory/data" --username=rowan --auth=trust \
    --encoding=UTF8 --locale=C --no-sync >"$directory/log" 2>&1 || {
    cat "$directory/log" >&2
    fail 'initdb failed'
  }
  cat >>"$directory/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$directory'
max_connections = 100
fsync = off
full_page_writes = off
deadlock_timeout = 200ms
CONF
  # One role is asked for its password, which a test gets wrong.
  printf '%s\n' 'local all rowan_with_password scram-sha-256' 'local all all trust' \
    >"$directory/data/pg_hba.conf"
  as_server "$programs/pg_ctl" start --wait --silent --pgdata="$directory/data" \
    --log="$directory/data/log" >>"$directory/log" 2>&1 || {
    cat "$directory/log" "$directory/data/log" >&2 || true
    fail 'the server did not start'
  }
  as_server "$programs/createdb" --host="$directory" --username=rowan rowan
  as_server "$programs/psql" --host="$directory" --username=rowan --dbname=rowan --quiet --no-psqlrc \
    --command="CREATE ROLE rowan_with_password LOGIN PASSWORD 'right'"
  printf 'host=%s dbname=rowan user=rowan\n' "$directory"
}

stop() {
  local directory=$1 programs
  if [[ -f $directory/data/postmaster.pid ]]; then
    programs=$(find_programs)
    as_server "$programs/pg_ctl" stop --wait --silent --mode=immediate --pgdata="$directory/data" || true
  fi
  rm -rf -- "$directory/data" "$directory/log" # after a whole test run tens of thousands of files
  rmdir -- "$directory"
}

# The user's own PGHOST, PGPORT, PGOPTIONS... mean another server.
for variable in "${!PG@}"; do unset "$variable"; done

case "${1-}" in
  run)
    (($# >= 2)) || usage
    shift
    directory=$(mktemp -d /tmp/rowan-postgres.XXXXXX)
    trap 'stop "$directory"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    ROWAN_TEST_POSTGRES=$(start "$directory")
    export ROWAN_TEST_POSTGRES ROWAN_REQUIRE_POSTGRES=1
    "$@"
    ;;
  start)
    (($# == 2)) || usage
    mkdir -p "$(dirname "$2")"
    mkdir "$2"
    directory=$(cd "$2" && pwd)
    trap 'stop "$directory"' EXIT
    start "$directory"
    trap - EXIT
    ;;
  stop)
    (($# == 2)) || usage
    [[ -f $2/data/PG_VERSION ]] || fail "$2 is no directory of such a server"
    directory=$(cd "$2" && pwd)
    stop "$directory"
    ;;
  *) usage ;;
esac
