#!/usr/bin/env bash
# What the documents for builders say of the code is true: each function of docs/design.md stands in the file beside
# it, each file that a table names exists, and CONTRIBUTING.md's walks name the files that such a change touches.
#   tests/check_walks.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

bad=0
fail() {
  echo "$1"
  bad=1
}

# | … | `ns::Function` | `src/file.cc` |
steps=0
while IFS='|' read -r function file; do
  steps=$((steps + 1))
  if [[ ! -f $file ]]; then
    fail "docs/design.md: no file $file"
  elif ! grep -qE "\b${function##*::}\(" "$file"; then
    fail "docs/design.md: $function is not in $file"
  fi
done < <(sed -nE 's/^\| [^|]+ \| `([A-Za-z:]+)` \| `(src\/[^`]+)` \|$/\1|\2/p' docs/design.md)
((steps >= 15)) || fail "docs/design.md: the followed edit has $steps steps that name a function and its file"
while read -r file; do
  [[ -e $file ]] || fail "docs/design.md: no file $file"
done < <(grep -E '^\| ' docs/design.md | grep -oE '`(src|proto|tests)/[a-z_/]+\.(h|cc|proto|sh)`' | tr -d '`')

# walk NAME WORD=VALUE… : a walk lists its files between "<!-- walk: NAME -->" and "<!-- end -->", one in backticks at
# the start of an item; {WORD} stands for what an example has there. Files in "_test.cc" or fixtures are extra.
listed() {
  local name=$1
  shift
  local text
  text=$(sed -n "/^<!-- walk: $name -->/,/^<!-- end -->/p" CONTRIBUTING.md | grep -oE '^- `[^`]+`' | tr -d '`' | cut -c3-)
  for pair in "$@"; do text=${text//"{${pair%%=*}}"/${pair#*=}}; done
  sort -u <<<"$text"
}
# Holds the files that mention an example against those that the walk lists for it.
walk() {
  local name=$1 example=$2 pattern=$3
  shift 3
  local want have
  want=$(listed "$name" "$@")
  have=$(grep -rlE "$pattern" proto src docs --include='*.proto' --include='*.h' --include='*.cc' \
    --include=CMakeLists.txt --include='*.sql' --include='*.md' |
    grep -vE '_test\.cc$|/testdata/' | sort -u)
  if [[ -z $want ]]; then
    fail "CONTRIBUTING.md: no walk \"$name\""
  elif [[ $want != "$have" ]]; then
    fail "CONTRIBUTING.md: the walk \"$name\" (example: $example) and the files that mention it differ:
$(diff <(echo "$want") <(echo "$have") | sed -n 's/^</  only listed: /p; s/^>/  not listed:  /p')"
  else
    echo "walk \"$name\": $(wc -l <<<"$want") files, as $example has them"
  fi
}

walk kind "CREATE STATISTICS" \
  '\b(repeated Statistics|message Statistics|const Statistics\&|<Statistics>|Statistics(::[A-Z]+)?[*&]) ?|StatisticsRenderer\(|ReadStatistics|kPgStatisticExt|case STATISTICS|kind: STATISTICS|^  STATISTICS = |^ +statistics(\.cc|\.13)?$|^statistics \{|pg_statistic_ext s' \
  kind=statistics file=external
walk command "autogen heads" 'HeadsCommand|^ +heads\.cc$|^## heads$' command=heads
walk rule "the rule index-drop" '\bIndexDrop\(|rules/index_drop\.cc$|^### index-drop$' file=index_drop
exit $bad
