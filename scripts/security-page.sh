#!/usr/bin/env bash
# Writes docs/security.md: each rule of the security checklist that has a test, and which test that is.
#
# A test carries its rule's id at the beginning of its name, t2_redirectIsNotFollowed(). With --check the page is
# compared instead, and the ids that must be there are counted.
set -euo pipefail
cd "$(dirname "$0")/.."

required='T1 T2 T3 T4 T5 T6 T7 T8 T9 A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15 K1 K2 K3 K4 K5 K6 K7 K8 K9 K10 K11 K12
K13 K14 K15 K16 J1 J2 J3 J4 J5 J6 J7 J8 I1 I2 I3 I4 I5 I6 I7 I8 I9 I10 I11 L1 V1 M1 M2 M3 M4 M5 M6 M7 D1 D2 D3 D4 D5 D6
D7 D8 D9 D10 D11 D12 N1 N2 N3 N4 S1 S2 S3 S4 S5'

page() {
  cat <<'HEADER'
# Security rules and their tests

Each rule is a test that carries the rule's id in its name. Made by `scripts/security-page.sh` from the test sources;
`.ci/run` checks that it is up to date.

The ids: T transport, A authorization, K token endpoint, J signed tokens, I ID token, L logout token, V access token as JWT,
M metadata, D DPoP, N native applications, S secrets.

| rule | test |
|---|---|
HEADER
  grep -rhoE --include='*.java' '(class [A-Za-z0-9]+|void [takjimdnslv][0-9]+_[A-Za-z0-9_]+)' ./*/src/test/java |
    awk '$1 == "class" { class = $2 } $1 == "void" { id = toupper(substr($2, 1, index($2, "_") - 1)); print id "\t" class "\t" $2 }' |
    sort -u | sort -k1.1,1.1 -k1.2,1n -k2,3 |
    awk -F '\t' '{ print "| " $1 " | `" $2 "." $3 "` |" }'
}

written=$(page)
for id in $required; do
  grep -q "^| $id |" <<<"$written" || { echo "No test carries the id of rule $id" >&2; missing=yes; }
done
[[ -z ${missing:-} ]] || exit 1

if [[ ${1:-} == --check ]]; then
  diff <(echo "$written") docs/security.md || { echo 'docs/security.md is out of date: run scripts/security-page.sh' >&2; exit 1; }
else
  echo "$written" >docs/security.md
fi
