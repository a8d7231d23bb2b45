#!/usr/bin/env bash
# What goes wrong around the program: disks, folders, files, servers, roles, odd names. Nothing is half done, the message says
# what to do, the exit code is 2, a password is never printed.
#   tests/bad_input.sh AUTOGEN     needs $AUTOGEN_TEST_URL (libpq keywords, a superuser)
set -euo pipefail
autogen=$1
name=bad_input
source "$(dirname "$0")/support/project.sh"
role=autogen_reader_$$
trap 'clear_up; psql -qX "$AUTOGEN_TEST_URL" -c "DROP ROLE IF EXISTS $role"' EXIT

says() {
  grep -qE "$1" out.txt || { cat out.txt >&2; fail "the message does not say: $1"; }
}
scripts() { find versions -type f | wc -l; }
query() { psql -qXAt "$DATABASE_URL" -c "$1"; }

expect 0 "$autogen" init
rm -f models/*
model() { printf '%s\n' "$1" >models/schema.txtpb; }
model 'table { name: "t" column { name: "id" type: "bigint" primary_key: true } }'

# A disk that is full while the script is written: the limit of a process stands for it.
before=$(scripts)
expect 2 bash -c "(trap '' XFSZ; ulimit -f 0; exec '$autogen' -m full) 2>&1 | cat; exit \${PIPESTATUS[0]}"
says "[Nn]o space|too large|full"
[[ $(scripts) == "$before" ]] || fail "a full disk leaves half a script: $(ls versions)"
expect 0 "$autogen" -m first
expect 0 "$autogen" upgrade

# A folder of versions that nobody may write to; root may, so it gets one that the kernel keeps.
model 'table { name: "t" column { name: "id" type: "bigint" primary_key: true } column { name: "a" type: "int" } }'
if ((EUID)); then
  chmod 555 versions
  expect 2 "$autogen" -m "not written"
  chmod 755 versions
else
  cp autogen.txtpb kept.txtpb
  printf 'versions: "/sys/kernel/autogen"\nversions: "versions"\n' >>autogen.txtpb
  expect 2 "$autogen" -m "not written"
  mv kept.txtpb autogen.txtpb
fi
says "versions|/sys/kernel"

# A second statement with a mistake: the script is rolled back.
expect 0 "$autogen" revision -m "two statements"
script=$(grep -rl "two statements" versions)
sed -i '/^-- autogen: upgrade/a CREATE TABLE stays ();\nCREATE TABEL goes ();' "$script"
expect 2 "$autogen" upgrade
says "syntax error"
[[ -z $(query "SELECT to_regclass('stays')") ]] || fail "the first statement of a broken script stays"
rm "$script"

# Models: binary, five mistakes at once, ten megabytes.
head -c 4096 /dev/urandom >models/schema.txtpb
expect 2 "$autogen" check
says "schema.txtpb"
model 'table { name: "t" column { name: "a" type: "int); DROP TABLE x; --" } column { name: "b" type: "int" default: "$$" }
  column { name: "c" type: "text" default: "'"'"'open" } index { column: "nothing" } primary_key { column: "no" } colunm { } }'
expect 2 "$autogen" check
[[ $(grep -c "schema.txtpb:" out.txt) -ge 1 ]] || fail "mistakes have their places"
{
  for i in $(seq 1 600); do
    printf 'table { name: "wide_%d" comment: "%s"\n' "$i" "$(head -c 16000 /dev/zero | tr '\0' x)"
    printf '  column { name: "id" type: "bigint" primary_key: true }\n}\n'
  done
} >models/schema.txtpb
[[ $(stat -c %s models/schema.txtpb) -gt 9000000 ]] || fail "the large model is small"
expect 1 "$autogen" check

# Names: quotes, blanks, dots, keywords, capitals, Unicode, 63 bytes, end to end.
long=$(printf 'n%.0s' $(seq 63))
{
  for table in 'quo\"te' 'Odd Name' 'a.b' select Größe "it's" "$long" '日本語' 'back\\slash' '%(rev)' '{{slug}}'; do
    printf 'table { name: "%s" comment: "%s" column { name: "%s" type: "int" primary_key: true } check { name: "c %s" expression: "true" } }\n' \
      "$table" "$table" "$table" "${table:0:20}"
  done
} >models/schema.txtpb
expect 0 "$autogen" -m "odd names: it's \"quoted\"; DROP TABLE x; --"
expect 0 "$autogen" upgrade
expect 0 "$autogen" check
[[ $(query "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'autogen\_%'") == 11 ]] ||
  fail "not every odd name is a table"
expect 0 "$autogen" downgrade -1
expect 0 "$autogen" upgrade

# A role that may only read: check works, upgrade says what is missing.
psql -qX "$AUTOGEN_TEST_URL" -c "CREATE ROLE $role LOGIN NOINHERIT"
reader=$(sed -E "s/user=[^ ]+//" <<<"$DATABASE_URL")" user=$role"
expect 0 "$autogen" check --url "$reader"
model 'table { name: "another" column { name: "id" type: "bigint" } }'
expect 0 "$autogen" revision -m "for the reader"
script=$(grep -rl "for the reader" versions)
sed -i '/^-- autogen: upgrade/a CREATE TABLE not_allowed ();' "$script"
expect 2 "$autogen" upgrade --url "$reader"
says "permission denied"
rm "$script"

# No server; a password is never printed.
expect 2 "$autogen" check --url "postgresql://me:sesame-secret@127.0.0.1:1/none"
says "127.0.0.1"
! grep -q "sesame" out.txt || fail "a password is printed"
expect 2 "$autogen" check --url "host=127.0.0.1 port=1 password=sesame-secret user=me dbname=none connect_timeout=2 nonsense=1"
! grep -q "sesame" out.txt || fail "a password is printed"
expect 2 "$autogen" upgrade --url "postgresql://me:sesame-secret@127.0.0.1:1/none"
! grep -q "sesame" out.txt || fail "a password is printed"
echo "bad input ends as it should"
