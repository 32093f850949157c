#!/usr/bin/env bash
# Proves that dentalhub's commands work on a bare Debian: debootstrap and chroot, with python3, make and certificates only.
# Usage (as root): deploy/fresh_debian.sh [--suite NAME] [--setup-only] [--test] DIRECTORY
#   DIRECTORY      gets the Debian (about 270 MB and twice a .venv); one made by an earlier run is thrown away
#   --setup-only   `make setup` and a look at the driver, without `make demo ONESHOT=1`
#   --test         `make test` as well
# First an unprivileged user does it, who may install nothing, then root; each in a fresh clone of the last commit.
# The mirror, proxies, certificates and pip's configuration are the host's own. Exit code 0: everything worked.
set -euo pipefail

usage() { sed -n '3,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
suite=bookworm setup_only= with_test= directory=
while [ $# -gt 0 ]; do
  case $1 in
    --suite) suite=${2:?}; shift ;;
    --setup-only) setup_only=1 ;;
    --test) with_test=1 ;;
    -*) usage ;;
    *) directory=$1 ;;
  esac
  shift
done
[ -n "$directory" ] || usage
[ "$(id -u)" = 0 ] || { echo "fresh_debian: run it as root, debootstrap and chroot need that" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "fresh_debian: apt-get install debootstrap first" >&2; exit 2; }

# In a mount namespace of its own, so that no mount outlives this script however it ends.
if [ -z "${FRESH_DEBIAN_INSIDE:-}" ]; then
  flags=(--suite "$suite" ${setup_only:+--setup-only} ${with_test:+--test})
  FRESH_DEBIAN_INSIDE=1 exec unshare --mount --propagation private "$0" "${flags[@]}" "$directory"
fi

project=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$directory"
root=$(cd "$directory" && pwd)/debian
[ "$root" != /debian ] || { echo "fresh_debian: name a directory that is not /" >&2; exit 2; }

make_debian() {
  local mirror
  mirror=$(apt-get indextargets --format '$(SITE) $(COMPONENT)' 'Created-By: Packages' \
    | awk '$2 == "main" && $1 !~ /security/ { print $1; exit }')
  [ -n "$mirror" ] || { echo "fresh_debian: apt has no Debian mirror configured" >&2; exit 2; }
  echo "fresh_debian: debootstrap $suite"
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase --include=python3,make,ca-certificates "$suite" "$root" "$mirror" \
    > "$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* # as images come
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  useradd --root "$root" --create-home visitor
}

# How this host reaches its mirrors: name resolution, apt's proxies and logins, certificates, pip's configuration.
carry_over_network() {
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  apt-config dump | grep -E '^Acquire::(http|https|Check|ForceIPv|Retries)' > "$root/etc/apt/apt.conf.d/90host" || true
  [ ! -d /etc/apt/auth.conf.d ] || cp -r /etc/apt/auth.conf.d/. "$root/etc/apt/auth.conf.d/"
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$root/usr/local/share/ca-certificates/" \; 2>/dev/null || true
  chroot "$root" update-ca-certificates >/dev/null 2>&1
  local file
  mkdir -p "$root/etc/xdg/pip"
  # Local folders do not exist in the chroot, so lines that name one stay behind.
  for file in /etc/pip.conf "${PIP_CONFIG_FILE:-/etc/pip.conf}"; do
    [ ! -f "$file" ] || grep -vE 'file://|= */.*wheel' "$file" > "$root/etc/pip.conf" || true
  done
  for file in ~/.pip/pip.conf ~/.config/pip/pip.conf; do
    [ ! -f "$file" ] || grep -vE 'file://|= */.*wheel' "$file" > "$root/etc/xdg/pip/pip.conf" || true
  done
}

# The variables that say how to reach an index; files they name are copied to the same place.
network_environment() {
  local name value
  compgen -e | grep -E '^(PIP_.*|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|(https?|no|HTTPS?|NO)_(proxy|PROXY))$' \
    | grep -vE '^PIP_(FIND_LINKS|CACHE_DIR|CONFIG_FILE)$' | while read -r name; do
      value=${!name}
      if [ -f "$value" ] && [ ! -e "$root$value" ]; then mkdir -p "$root$(dirname "$value")"; cp "$value" "$root$value"; fi
      printf '%s=%s\n' "$name" "$value"
    done
}

# as USER HOME COMMAND...: run it in the clone that lies in HOME, with nothing of the host's environment but the network.
as() {
  local user=$1 home=$2
  shift 2
  local -a network
  mapfile -t network < <(network_environment)
  chroot --userspec="$user:$user" "$root" /usr/bin/env -i HOME="$home" USER="$user" LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${network[@]}" \
    sh -c 'cd "$HOME/dentalhub" && "$@"' sh "$@"
}

timed() {
  local label=$1 started=$EPOCHREALTIME
  shift
  echo "fresh_debian: $label"
  "$@"
  times+=("$(awk -v a="$started" -v b="$EPOCHREALTIME" -v l="$label" 'BEGIN { printf "%-46s %7.1f s", l, b - a }')")
}

# Names a closed port: an answer from the driver proves that the driver manager and the driver both load.
LOOK_AT_DRIVER='
from pathlib import Path
from dentalhub import odbc_runtime
assert odbc_runtime.missing() is None, odbc_runtime.missing()
odbc_runtime.configure_environment(Path("var"))
odbc_runtime.preload()
import pyodbc
try:
    pyodbc.connect(f"DRIVER={{{odbc_runtime.driver_path()}}};SERVER=127.0.0.1,1;UID=a;PWD=b;Encrypt=no", timeout=1)
except pyodbc.Error as error:
    assert "ODBC Driver 18 for SQL Server" in str(error), error
    print("pyodbc", pyodbc.version, "and the driver load")
'

prove() {
  local user=$1 home=$2
  git clone --quiet --no-hardlinks "$project" "$root$home/dentalhub"
  chroot "$root" chown -R "$user:$user" "$home/dentalhub"
  timed "$user: make setup, nothing cached" as "$user" "$home" make setup
  timed "$user: make setup again" as "$user" "$home" make setup
  as "$user" "$home" .venv/bin/python -c "$LOOK_AT_DRIVER"
  as "$user" "$home" find .venv/lib/odbc -type f 2>/dev/null || true
  [ -n "$setup_only" ] || timed "$user: make demo ONESHOT=1" as "$user" "$home" make demo ONESHOT=1
  [ -z "$with_test" ] || timed "$user: make test" as "$user" "$home" make test
}

times=()
timed "debootstrap" make_debian
carry_over_network
prove visitor /home/visitor
prove root /root
echo "fresh_debian: all worked on $(chroot "$root" sh -c '. /etc/os-release; echo "$PRETTY_NAME"') with $(chroot "$root" python3 --version)"
printf '  %s\n' "${times[@]}"
