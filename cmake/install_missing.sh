#!/usr/bin/env bash
# Debian package names in; those that are missing installed out, or, where there is no apt-get, a list of what to
# install and failure, unless the programs are there already.
set -euo pipefail
shopt -s inherit_errexit

# The program that makes a package unnecessary, wherever it came from; nothing for a library.
program_of() {
  case $1 in
    g++ | cmake | pkg-config | clang-format) echo "$1" ;;
    ninja-build) echo ninja ;;
    clang) echo clang++ ;;
    *) ;;
  esac
}

is_there() {
  local program
  program=$(program_of "$1")
  if [[ -n $program ]]; then
    command -v "$program" >/dev/null
  elif [[ $1 == postgresql ]]; then
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
  elif command -v dpkg-query >/dev/null; then
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
  else
    true # a library on a system without packages of this kind: CMake looks for it and says what it misses
  fi
}

missing=()
for package in "$@"; do
  is_there "$package" || missing+=("$package")
done
((${#missing[@]})) || exit 0

if ! command -v apt-get >/dev/null; then
  {
    printf 'rowan: this system has no apt-get; please install what these Debian packages hold:'
    printf ' %s' "${missing[@]}"
    printf '\n'
  } >&2
  exit 1
fi

as_root=(env DEBIAN_FRONTEND=noninteractive)
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    printf 'rowan: please run as root: apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo "${as_root[@]}")
fi

printf 'rowan: installing %s...\n' "${missing[*]}"
# Rowan's tests start a server of their own; a permanent one, which the package would set up, nobody asked for.
settings=/etc/postgresql-common/createcluster.conf
if [[ " ${missing[*]} " == *' postgresql '* && ! -e $settings ]]; then
  "${as_root[@]}" mkdir -p "$(dirname "$settings")"
  printf '# Written by the quickstart of Rowan: no server is set up when PostgreSQL is installed.\n%s\n' \
    'create_main_cluster = false' | "${as_root[@]}" tee "$settings" >/dev/null
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 \
  -o Dpkg::Options::=--force-confold "${missing[@]}" >/dev/null
