#!/usr/bin/env bash
# Runs the published modules' tests on another Java, from what `mvn verify` has compiled: scripts/test-on-java.sh 11
#
# Nothing is compiled again: the classes of the build, and the jars made of them, are what a consumer gets.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:?usage: test-on-java.sh VERSION}
home=$(scripts/java-home.sh "$version")
"$home/bin/java" -version

mvn jar:jar surefire:test --fail-at-end \
  --projects '!integration-tests,!examples,!benchmarks,!bom,!fuzzing' \
  -Djvm="$home/bin/java" \
  -Dsurefire.reportNameSuffix="java-$version"
