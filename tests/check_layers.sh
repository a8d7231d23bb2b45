#!/usr/bin/env bash
# The layer arrows: a layer may include just what stands here beside it (and itself, and proto). No header comes
# to itself, and docs/design.md names every layer.
#   tests/check_layers.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

declare -A may=(
  [base]=""
  [report]="base"
  [sql]="base"
  [impact]="base sql"
  [model]="base report sql"
  [postgres]="base sql"
  [introspect]="base sql model postgres"
  [diff]="base sql model"
  [render]="base sql impact model diff"
  [lint]="base sql impact"
  [revision]="base sql impact"
  [apply]="base sql impact postgres revision"
  [rows]="base sql impact model postgres diff render"
  [scratch]="base sql impact model postgres introspect diff render revision apply rows"
  [generate]="base report sql impact model postgres introspect diff render revision rows scratch lint"
  [project]="base report postgres"
  [deploy]="base report sql impact model postgres lint revision apply rows project"
)
# In an order in which each one stands behind those that it may include: no cycle of layers.
every="base report sql impact model postgres introspect diff render lint revision apply rows scratch generate project deploy"

bad=0
before=""
for layer in $every; do
  for target in ${may[$layer]}; do
    [[ " $before " == *" $target "* ]] && continue
    echo "tests/check_layers.sh: $layer may include $target, which is not below it"
    bad=1
  done
  before="$before $layer"
done
for folder in src/*/; do
  layer=$(basename "$folder")
  if [[ $layer == cli ]]; then
    allowed=$every
  elif [[ -v may[$layer] ]]; then
    allowed=${may[$layer]}
  else
    echo "src/$layer is not in the table of layers (tests/check_layers.sh, docs/design.md)"
    bad=1
    continue
  fi
  while IFS=: read -r file line target; do
    [[ $target == "$layer" || " $allowed " == *" $target "* ]] && continue
    echo "$file:$line: $layer must not include $target"
    bad=1
  done < <(grep -rnoP '^#include "src/\K[a-z_]+(?=/)' --include='*.h' --include='*.cc' "$folder")
done

# A header that includes one that includes it, over however many.
cycle=$(grep -roP '^#include "\Ksrc/[^"]+(?=")' --include='*.h' src | tr : ' ' | tsort 2>&1 >/dev/null |
  sed -n 's/^tsort: //p' | grep -v 'input contains a loop' || true)
if [[ -n $cycle ]]; then
  echo "headers that include one another:"
  echo "$cycle"
  bad=1
fi

# What a server says is in its own language: decisions are by SQLSTATE, but for the start of a connection, where libpq has none.
words=$(grep -rnE '(Contains|StartsWith|EndsWith|find|Match|==) *\([^;]*(\.message\(\)|PQerrorMessage|PQresultErrorMessage|MESSAGE_PRIMARY)' \
  --include='*.cc' --exclude='*_test.cc' src |
  grep -v '^src/postgres/connection.cc:.*PQerrorMessage(connection.raw())' |
  grep -v '^src/apply/backfill.cc:.*kKeyMoved' || true)  # our own words, which our own statement raises
if [[ -n $words ]]; then
  echo "decided by the words of a message, not by its SQLSTATE:"
  echo "$words"
  bad=1
fi

for folder in src/*/; do
  grep -q "^| \`$folder\` |" docs/design.md && continue
  echo "docs/design.md: the table of layers does not name $folder"
  bad=1
done
exit $bad
