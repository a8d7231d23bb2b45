#!/usr/bin/env bash
# The layer arrows: a layer may include just what stands here beside it (and itself, and proto).
#   tests/check_layers.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

declare -A may=(
  [base]=""
  [sql]="base"
  [model]="base sql"
  [postgres]="base sql"
  [introspect]="base sql model postgres"
  [diff]="base sql model"
  [render]="base sql model diff"
  [lint]="base sql diff"
  [revision]="base sql"
  [apply]="base sql postgres revision"
  [rows]="base sql model postgres diff render"
  [scratch]="base sql model postgres introspect diff render revision apply rows"
  [generate]="base sql model postgres introspect diff render revision rows scratch lint"
  [project]="base postgres"
  [deploy]="base sql postgres lint revision apply project"
)
every="base sql model postgres introspect diff render lint revision apply rows scratch generate project deploy"

bad=0
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
exit $bad
