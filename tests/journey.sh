#!/usr/bin/env bash
# The main job from end to end with the program itself: initial migration, an edit, upgrade, check, back, and all the way down.
#   tests/journey.sh AUTOGEN     needs $AUTOGEN_TEST_URL (libpq keywords, a superuser)
set -euo pipefail
autogen=$1
tests=$(cd "$(dirname "$0")" && pwd)
model=$tests/fixtures/taskman/schema.txtpb
name=journey
source "$(dirname "$0")/support/project.sh"

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

# The pages for a newcomer, each in an empty folder with an empty database.
for page in getting-started baseline; do
  mkdir "$folder/$page"
  cd "$folder/$page"
  psql -qX "$AUTOGEN_TEST_URL" -c "DROP DATABASE $database WITH (FORCE)" -c "CREATE DATABASE $database"
  PATH=$(dirname "$autogen"):$PATH "$tests/support/page.py" "$tests/../docs/$page.md"
done
echo "the journey went as it should"
