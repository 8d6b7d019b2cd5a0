#!/usr/bin/env bash
# Sums up the reports of all test runs below the repository's root, by the Java that they ran on, and names the tests that failed.
# The last line is "N passed, N failed, N skipped"; the status is 1 if a test failed or none ran.
set -euo pipefail
cd "$(dirname "$0")/.."

find . -path '*/target/surefire-reports/TEST-*.xml' -o -path '*/target/failsafe-reports/TEST-*.xml' | sort |
  xargs -r awk '
    function number(line, attribute) {
      return match(line, " " attribute "=\"[0-9]+\"") ? substr(line, RSTART + length(attribute) + 3) + 0 : 0
    }

    function text(line, attribute) {
      return match(line, " " attribute "=\"[^\"]*") ? substr(line, RSTART + length(attribute) + 3, RLENGTH - length(attribute) - 3) : ""
    }

    /<testcase / {
      test = text($0, "classname") " " text($0, "name")
    }

    /<(failure|error)[ >]/ {
      if (test != named && ++named_so_far <= 40) print "FAILED on Java " java ": " test " (" text($0, "type") ": " substr(text($0, "message"), 1, 200) ")"
      named = test
    }

    /<testsuite / {
      test = ""; named = ""
      failed_here = number($0, "failures") + number($0, "errors")
      skipped_here = number($0, "skipped")
      passed_here = number($0, "tests") - failed_here - skipped_here
      passed += passed_here; failed += failed_here; skipped += skipped_here
    }

    /<property name="java.version" / {
      match($0, "value=\"[^\"]*"); java = substr($0, RSTART + 7, RLENGTH - 7)
      passed_on[java] += passed_here; failed_on[java] += failed_here; skipped_on[java] += skipped_here
    }

    END {
      for (java in passed_on) {
        printf "Java %s: %d passed, %d failed, %d skipped\n", java, passed_on[java], failed_on[java], skipped_on[java]
      }
      printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
      exit failed > 0 || passed == 0
    }
  '
