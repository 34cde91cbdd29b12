#!/usr/bin/env bash
# Prepare this machine: Debian packages where that is allowed, then .venv with everything pinned in constraints.txt.
#   ./setup.sh [demo|check|test]     PYTHON=... chooses the Python (3.11 to 3.13)
# Says what it does, what is missing and what that costs. A second run that has nothing to do takes a moment.
set -euo pipefail
cd "$(dirname "$0")"

purpose=${1:-demo}
case $purpose in
  demo)  groups='build|box|demo' ;;
  check) groups='build|box|demo|check' ;;
  test)  groups='build|box|demo|check|test' ;;
  *) echo "usage: ./setup.sh [demo|check|test]" >&2; exit 64 ;;
esac
packages=provisioning/image/packages.txt
log=var/setup.log
mkdir -p var

say() { printf '\033[1;34m==>\033[0m %s\n' "$*"; }
warn() { printf '\033[1;33m !\033[0m  %s\n' "$*"; }

# --- Debian packages --------------------------------------------------------------------------------------------

absent() {  # the packages of our groups that are not installed (a renamed one counts under its new name, e.g. ...t64)
  comm -23 \
    <(awk -v g="^($groups)$" '$1 ~ g {print $2}' "$packages" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n${db:Status-Abbrev}${Provides}\n' 2>/dev/null |
      sed -n 's/^ii //p' | tr ',' '\n' | sed 's/^ *//; s/ (.*//' | sort -u) |
    while read -r name; do command -v "$name" >/dev/null || echo "$name"; done  # had from elsewhere
}

as_root() {
  if [ "$(id -u)" = 0 ]; then echo env; elif sudo -n true 2>/dev/null; then echo "sudo -n env"; fi
}

install_packages() {
  local root; root=$(as_root)
  [ -n "$root" ] || return 1
  say "Debian packages: $*"
  # shellcheck disable=SC2086
  local apt="$root DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0 --no-install-recommends"
  { $apt install "$@" || { $apt update && $apt install "$@"; }; } </dev/null 2>&1 |
    tee "$log" | stdbuf -oL sed -n 's/^Setting up \([^ ]*\).*/    \1/p'
}

# vpcd listens on every address. The tests bring a pcscd and a network of their own: where vpcd came for them alone,
# the system's pcscd is not to load it. Who had it before keeps it.
only_for_tests() {
  local root file=/etc/reader.conf.d/vpcd; root=$(as_root)
  [ -s $file ] && [ -n "$root" ] || return 0
  say "A smart card reader of software stays out of the system's pcscd: $file is emptied"
  $root truncate -s 0 $file
  $root systemctl try-restart pcscd.service 2>/dev/null || true
}

missing=$(command -v dpkg-query >/dev/null && absent || true)
if ! command -v dpkg-query >/dev/null; then
  warn "not a Debian system: $packages names what is needed; programs that are not found are said at start"
elif [ -n "$missing" ]; then
  before=$missing
  # shellcheck disable=SC2086
  install_packages $missing || warn "packages could not be installed here (no root, or no package server; see $log)"
  ! grep -qx vsmartcard-vpcd <<<"$before" || only_for_tests
  missing=$(absent)
  for package in $missing; do
    warn "missing: $package, for $(awk -v p="$package" '$2 == p {$1 = $2 = ""; print substr($0, 3)}' "$packages")"
  done
  [ -z "$missing" ] || warn "to install them: sudo apt-get install ${missing//$'\n'/ }"
fi

# --- Python -----------------------------------------------------------------------------------------------------

usable() { "$1" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if usable "$name"; then echo "$name"; return; fi
  done
  echo "No usable Python 3.11 to 3.13 with venv was found: apt-get install python3 python3-venv, or PYTHON=/path/to/python3" >&2
  return 1
}

[ -x .venv/bin/python ] && usable .venv/bin/python || {
  python=$(find_python)
  say "Python environment: .venv ($("$python" --version))"
  "$python" -m venv --clear .venv
}

fingerprint() { cat pyproject.toml constraints.txt <(echo $compiler) <(.venv/bin/python --version) | sha256sum | cut -c1-32; }

can_build() {
  command -v gcc >/dev/null && [ -f "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ]
}

extras=$purpose compiler=yes
can_build || { compiler=no; warn "no compiler: scanners in keyboard mode (HID) will not work"; }
[ $compiler = no ] || extras=$purpose,hid
stamp=.venv/.set-up-for-$purpose
now=$(fingerprint)
for done_for in "$stamp" .venv/.set-up-for-test; do
  [ "$(cat "$done_for" 2>/dev/null)" = "$now" ] && exit 0
done
say "Python packages: $(grep -c == constraints.txt) pinned, some minutes on a slow line"
.venv/bin/python -m pip install --disable-pip-version-check --no-input -c constraints.txt -e ".[$extras]" </dev/null 2>&1 |
  tee "$log" | stdbuf -oL sed -n -e 's/^Collecting \([A-Za-z0-9._-]*\).*/    \1/p' -e 's/^Building wheel/    building/p' ||
  { tail -n 25 "$log" >&2; warn "the Python packages could not be installed (whole log: $log)"; exit 1; }
echo "$now" >"$stamp"
say "Ready."
