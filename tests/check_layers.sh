#!/usr/bin/env bash
# The layer arrows: a layer may include just what stands here beside it (and itself, and proto). No header comes
# to itself, docs/design.md names every layer, and nothing above the seams names an engine.
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
  [sqlite]="base sql impact model diff"
  [render]="base sql impact model diff"
  [lint]="base report sql impact revision"
  [revision]="base sql impact"
  [apply]="base sql impact postgres sqlite revision"
  [rows]="base sql impact model postgres diff render"
  [scratch]="base sql impact model postgres introspect diff render revision apply rows"
  [generate]="base report sql impact model postgres introspect diff sqlite render revision rows scratch lint"
  [project]="base report postgres sqlite"
  [deploy]="base report sql impact model postgres lint revision apply rows project"
  [review]="base report sql impact model diff lint revision apply scratch generate project deploy"
)
# In an order in which each one stands behind those that it may include: no cycle of layers.
every="base report sql impact model postgres introspect diff sqlite render revision lint apply rows scratch generate project deploy review"

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
  grep -v '^src/apply/backfill.cc:.*kKeyMoved' |  # our own words, which our own statement raises
  grep -v '^src/sqlite/' || true)  # a library in the program, whose messages nobody translates
if [[ -n $words ]]; then
  echo "decided by the words of a message, not by its SQLSTATE:"
  echo "$words"
  bad=1
fi

# Above the seams (docs/design.md, "Engines") no code names an engine, its libraries or its catalogs: words for people
# (comments, messages, help) may. What is left, each with its reason:
declare -A named=(
  [src/diff/rules.h]="the seam of the diff: declares each engine's rules"
  [src/diff/rules.cc]="PostgreSQL's rules"
  [src/generate/engines.cc]="the list of engines"
  [src/generate/postgres_engine.h]="PostgreSQL behind the seam"
  [src/generate/postgres_engine.cc]="PostgreSQL behind the seam"
  [src/generate/sqlite_data_checks.h]="SQLite behind the seam"
  [src/generate/sqlite_data_checks.cc]="SQLite behind the seam"
  [src/generate/sqlite_engine.h]="SQLite behind the seam"
  [src/generate/sqlite_engine.cc]="SQLite behind the seam"
  [src/generate/sqlite_render.h]="SQLite behind the seam"
  [src/generate/sqlite_render.cc]="SQLite behind the seam"
  [src/generate/sqlite_history.h]="SQLite behind the seam"
  [src/generate/sqlite_history.cc]="SQLite behind the seam"
  [src/generate/encoding.h]="PostgreSQL behind the seam: what an encoding of its servers lacks"
  [src/generate/encoding.cc]="PostgreSQL behind the seam: what an encoding of its servers lacks"
  [src/generate/first_steps.cc]="tried on a scratch database: PostgreSQL behind the seam"
  [src/generate/source.cc]="what may be shown of a text that may be a URL"
  [src/generate/model_place.cc]="the SQLSTATE with which a server refused a model"
  [src/project/project.h]="the embedded cluster"
  [src/project/project.cc]="the embedded cluster"
  [src/project/urls.cc]="the list of engines, for their URLs"
  [src/project/host_policy.cc]="which hosts a URL may name"
  [src/deploy/targets.cc]="URLs, and the query that lists targets"
  [src/deploy/derived_checks.h]="data checks that PostgreSQL's grammar and catalog give"
  [src/deploy/derived_checks.cc]="data checks that PostgreSQL's grammar and catalog give"
  [src/deploy/harmless.h]="a data check runs only where the catalog says that it reads"
  [src/deploy/harmless.cc]="a data check runs only where the catalog says that it reads"
  [src/deploy/preflight.h]="data checks, each in a read-only transaction of its own"
  [src/deploy/preflight.cc]="data checks, each in a read-only transaction of its own"
  [src/deploy/table_sizes.cc]="sizes are in the catalog"
  [src/deploy/watchdog.h]="cancels a data check"
  [src/deploy/watchdog.cc]="cancels a data check"
  [src/cli/adopt.cc]="takes over a cluster of another tool"
  [src/cli/approve.cc]="writes approvals to the database"
  [src/cli/backfill.cc]="backfill runs in transactions of its own"
  [src/cli/init.cc]="the text of a new configuration"
  [src/cli/inspect.cc]="compares with information_schema"
  [src/cli/parse.cc]="what may be shown of a text that may be a URL"
  [src/cli/scratch.cc]="--scratch-url is a server"
)
code() {  # without comments, texts, and what --help says a flag is for, but with what is included
  sed -E '/^#include/!{s/"([^"\\]|\\.)*"/""/g; s://.*$::; s/\.engine = (POSTGRESQL|SQLITE)\b//}' "$1"
}
declare -A seen=()
for file in src/{base,report,diff,lint,revision,generate,project,deploy,review,cli}/*.{h,cc}; do
  case $file in *_test.cc | */plan_text.*) continue ;; esac
  found=$(code "$file" | grep -niE 'postgres|sqlite|\bpg_|libpq|\bPQ[a-z]+\(|introspect::Introspect|"src/sql/parse' || true)
  [[ -z $found ]] && continue
  seen[$file]=1
  [[ -v named[$file] ]] && continue
  echo "$file:${found%%$'\n'*}: names an engine above the seams"
  bad=1
done
for file in "${!named[@]}"; do
  [[ -v seen[$file] ]] && continue
  echo "tests/check_layers.sh: $file names no engine any more: strike it from the list"
  bad=1
done

for folder in src/*/; do
  grep -q "^| \`$folder\` |" docs/design.md && continue
  echo "docs/design.md: the table of layers does not name $folder"
  bad=1
done
exit $bad
