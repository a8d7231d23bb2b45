#!/usr/bin/env bash
# Phrases that were replaced by the terms of the field do not come back: not in a message, a help text, a page, a
# comment, the name of a test or a generated script.
#   tests/check_words.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

# An extended regular expression, in any case, and what to write.
phrases=(
  '\bways? back\b|\bway_back\b => downgrade, reversal'
  '\bmend(s|ed|ing)?\b => fix, repair'
  '\banew\b => recreated, rebuilt, rewritten'
  '\bput back\b => recreated, restored'
  '\b(hand-)?spel(t|ling|lings|ls|led)\b|\brespel => canonical form, written'
  '\boffending\b => violating'
  '\bbring it there\b => changes needed'
  '\bis no connection string\b => is not a valid connection string'
  '\bnothing of .* stays\b => was rolled back'
  '\bdo what they say\b => all passed'
  '\bis newer than the parser\b => could not be parsed: the syntax is newer than the parser'
  '\ball the same\b => anyway'
  '\bodds and ends\b => other objects'
  '\blooks? after\b => manages'
  '\bst(and|ands|ood) on (it|them|an?|the|another)\b|\bhangs? on\b => depends on, dependents'
  '\bin the way( of|\.|,|:|;|"|$) => conflicts with, blocks'
  '\blook(s|ed)? into\b => inspected; a catalog lookup'
  '\bsort of\b|\ba little\b => (leave it out)'
  '\bby (itself|themselves)\b => alone, implicitly, or leave it out'
  '\b(is|are|was|were|be) (told|said)\b => reported, shown, printed'
  '\bwants revision\b => needs a REVISION argument'
  '\bthrow-away\b => private, temporary'
)

# Where a phrase is legitimate: SQL of the everything fixture (its goldens hold the text), and this list.
files=$(find src proto docs templates tools bench tests README.md CONTRIBUTING.md -type f \
  ! -path 'tests/check_words.sh' ! -path 'tests/fixtures/everything/*' ! -name '*.pyc')
bad=0
for entry in "${phrases[@]}"; do
  found=$(xargs grep -nIiE -e "${entry% => *}" <<< "$files" || true)
  [[ -z $found ]] && continue
  echo "write \"${entry#* => }\":"
  echo "$found"
  bad=1
done
exit $bad
