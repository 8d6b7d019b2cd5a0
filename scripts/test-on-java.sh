#!/usr/bin/env bash
# Runs the published modules' tests on another Java, from what `mvn verify` has compiled: scripts/test-on-java.sh 11
#
# Nothing is compiled again. Each module's tests run on its classes, and on the jars of the modules below, made of the classes of the
# build as a consumer gets them: auth-core's with Gson within.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:?usage: test-on-java.sh VERSION}
home=$(scripts/java-home.sh "$version")
"$home/bin/java" -version

mvn surefire:test antrun:run@descriptor-without-gson jar:jar shade:shade@gson-within --fail-at-end \
  --projects '!integration-tests,!examples,!benchmarks,!bom,!fuzzing' \
  -Djvm="$home/bin/java" \
  -Dsurefire.reportNameSuffix="java-$version"
