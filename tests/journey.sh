#!/usr/bin/env bash
# The main job from end to end with the program itself: initial migration, an edit, upgrade, check, back, and all the way down.
#   tests/journey.sh AUTOGEN     needs $AUTOGEN_TEST_URL (libpq keywords, a superuser)
set -euo pipefail
autogen=$1
model=$(cd "$(dirname "$0")" && pwd)/fixtures/taskman/schema.txtpb
: "${AUTOGEN_TEST_URL:?the URL of a server is needed: tools/test starts one}"
unset DATABASE_URL

name=autogen_journey_$$
folder=$(mktemp -d /tmp/autogen_journey_XXXXXX)
trap 'psql -qX "$AUTOGEN_TEST_URL" -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"; rm -rf "$folder"' EXIT
psql -qX "$AUTOGEN_TEST_URL" -c "CREATE DATABASE $name"
export DATABASE_URL="$AUTOGEN_TEST_URL dbname=$name"
export AUTOGEN_CACHE_DIR=$folder/cache
cd "$folder"

fail() {
  echo "FAILED: $1" >&2
  exit 1
}
# expect CODE COMMAND…: the exit code is what the manual says
expect() {
  local wanted=$1 code=0
  shift
  "$@" >out.txt 2>&1 || code=$?
  [[ $code == "$wanted" ]] || { cat out.txt >&2; fail "$* exited with $code, not $wanted"; }
}

expect 0 "$autogen" init
expect 2 "$autogen" init
cp "$model" models/schema.txtpb
expect 0 "$autogen" -m "initial schema"
expect 2 "$autogen" -m "again"
grep -q "Target database is not up to date" out.txt || fail "the message that users search for"
expect 0 "$autogen" upgrade
expect 0 "$autogen" check
expect 0 "$autogen" -m "nothing changed"
[[ $(find versions -name '*.sql' | wc -l) == 1 ]] || fail "no difference writes no script"

sed -i '/name: "estimate_points"/a\  column { name: "complexity_score" type: "int" }' models/schema.txtpb
expect 1 "$autogen" check
expect 0 "$autogen" -m "add_task_complexity_score"
expect 0 "$autogen" upgrade head --sql
grep -q "ADD COLUMN complexity_score integer" out.txt || fail "--sql shows the statement"
expect 1 "$autogen" check
expect 0 "$autogen" upgrade
expect 0 "$autogen" check
expect 0 "$autogen" downgrade -1
expect 1 "$autogen" check
expect 0 "$autogen" upgrade
expect 0 "$autogen" verify
# What CI runs, with no database but those that autogen makes for itself.
chmod 711 "$folder"
url=$DATABASE_URL
unset DATABASE_URL
expect 0 "$autogen" check --from versions
expect 0 "$autogen" verify all --against-model
export DATABASE_URL=$url
expect 0 "$autogen" downgrade base
left=$(psql -qXAt "$DATABASE_URL" -c "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v') AND relname NOT LIKE 'autogen\_version%'")
[[ -z $left ]] || fail "downgrade base leaves $left"
echo "the journey went as it should"
