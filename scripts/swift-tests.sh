#!/usr/bin/env bash
# Runs the Swift tests that were built; where some fail, ends with what failed, since the first failure is far up by then.
set -euo pipefail
cd "$(dirname "$0")/.."
log=.build/swift-tests.log
swift test -c release --skip-build "$@" 2>&1 | tee "$log" && exit 0
echo
echo "What failed, and how often (all of it: $log); free here: $(df -h --output=avail . | tail -1 | tr -d ' ')"
grep -a -A1 'recorded an issue' "$log" | grep -av '^--$' | sed -E 's/^✘ Test //; s/[0-9a-f-]{36}|test_[0-9_]+/…/g' \
  | cut -c1-300 | sort | uniq -c | sort -rn | head -30
exit 1
