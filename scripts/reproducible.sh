#!/usr/bin/env bash
# Shows that two clean builds of this source make the same bytes.
#
# The copies lie in folders of different names and are built in different time zones and locales, the second one
# some seconds after the first: whatever of a machine leaks into a jar tells them apart.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { # folder, time zone, locale
  mkdir -p "$work/$1"
  git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from=- | tar -x -C "$work/$1"
  (cd "$work/$1" && TZ=$2 LC_ALL=$3 mvn -q -Dmaven.test.skip -DskipITs -Dspotless.check.skip -Denforcer.skip verify) \
    >"$work/$1.log" 2>&1 || { tail -n 40 "$work/$1.log"; return 1; }
  (cd "$work/$1" && find . -path '*/target/latchkey-*.jar' -exec sha256sum {} + | sort -k2) >"$work/$1.sums"
}

build one Pacific/Auckland C.UTF-8 &
first=$!
sleep 5
build another-one America/St_Johns C &
second=$!
status=0
wait $first || status=1
wait $second || status=1
((status == 0)) || exit 1

if ! diff "$work/one.sums" "$work/another-one.sums"; then
  echo "These jars differ between two clean builds" >&2
  exit 1
fi
[[ -s $work/one.sums ]] || { echo "The build made no jar" >&2; exit 1; }
echo "$(wc -l <"$work/one.sums") jars, the same bytes in two clean builds"
