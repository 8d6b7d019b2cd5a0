#!/usr/bin/env bash
# Four processes of sixteen threads share a session through 200 expiries, over each store at once, on a Keycloak that
# ends a session whose refresh token is used twice: about seven minutes. From what `mvn verify` has compiled and unpacked.
set -euo pipefail
cd "$(dirname "$0")/.."

mvn -Plong jar:jar failsafe:integration-test failsafe:verify \
  --projects integration-tests --also-make \
  -Dit.test=RefreshOnceIT -Dfailsafe.failIfNoSpecifiedTests=false \
  -Dsurefire.reportNameSuffix=long "$@"
