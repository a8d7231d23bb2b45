#!/usr/bin/env bash
# No password comes out again: of connection strings that do not parse, however they are written, by every command; of
# statements in scripts, whether they run or fail.
#   tests/secrets.sh AUTOGEN     needs $AUTOGEN_TEST_URL (libpq keywords, a superuser)
set -euo pipefail
autogen=$1
name=secrets
source "$(dirname "$0")/support/project.sh"
role=autogen_secret_$$
trap 'clear_up; psql -qX "$AUTOGEN_TEST_URL" -c "DROP ROLE IF EXISTS $role" -c "ALTER SYSTEM RESET primary_conninfo"' EXIT
good=$DATABASE_URL
word=sesame

# Nothing that was printed or written, but what we wrote ourselves, holds the word; nor does a process's command line.
clean() {
  ! grep -q "$word" out.txt || { cat out.txt >&2; fail "$1 prints a password"; }
  if grep -rlq "$word" .autogen models autogen.txtpb "$AUTOGEN_CACHE_DIR" *.prom 2>/dev/null; then
    fail "$1 writes a password: $(grep -rl "$word" .autogen models autogen.txtpb "$AUTOGEN_CACHE_DIR" *.prom 2>/dev/null)"
  fi
}
quiet() { # runs a command that fails, or takes nothing of the URL
  "$@" >out.txt 2>&1 || true
}

expect 0 "$autogen" init
expect 0 "$autogen" revision -m "a script"
forms=(
  "postgresql://me:$word/x@127.0.0.1:1/none"
  "postgresql://me:a@$word@127.0.0.1:1/none"
  "postgresql://me:$word%zz@127.0.0.1:1/none"
  "postgresql://me:1/$word#x@127.0.0.1:1/none"
  "postgresql://me:$word@127.0.0.1:1/none"
  "postgresql://127.0.0.1:1/none?user=me&password=$word"
  "postgresql://127.0.0.1:1/none?user=me&$word=1"
  "\"postgresql://me:$word@127.0.0.1:1/none\""
  "jdbc:postgresql://127.0.0.1:1/none?user=me&password=$word"
  "mysql://me:$word@127.0.0.1:1/none"
  "me:$word@127.0.0.1:1/none"
  "host=127.0.0.1 port=1 user=me password=$word nonsense=1"
  "host=127.0.0.1 port=1 user=me password='$word"
  "host=127.0.0.1 port=1 user=me password=my $word dbname=none"
)
commands=("-m x" "check" "current" "upgrade" "upgrade --dry-run" "downgrade base" "stamp head" "inspect" "preflight" "verify"
  "import -o imported.txtpb" "backfill t --set a=1" "fmt --canonical --check" "history -i" "heads" "lint"
  "revision --autogenerate -m x" "upgrade --metrics-file run.prom" "upgrade --log-format json")
for url in "${forms[@]}"; do
  export DATABASE_URL=$url
  for command in "${commands[@]}"; do
    read -ra words <<<"$command"
    quiet "$autogen" "${words[@]}"
    clean "autogen $command with \$DATABASE_URL=$url"
  done
  quiet "$autogen" current --url "$url"
  clean "autogen current --url $url"
  for command in current upgrade "upgrade --sql" downgrade show edit stamp merge preflight verify lint "history -r" \
    "revision -m y --head" "revision -m y --depends-on" "approve --hazard data-loss --by me --reason x" backfill \
    no-such-command ""; do
    quiet "$autogen" $command "$url"
    clean "autogen $command $url"
    quiet "$autogen" $command --url "$url" --url "$url"
    clean "autogen $command with two URLs $url"
  done
  for side in from to; do
    other=$([[ $side == from ]] && echo to || echo from)
    quiet "$autogen" diff --$side "$url" --$other empty
    [[ -s out.txt ]] || fail "diff --$side $url says nothing"
    clean "autogen diff --$side $url"
  done
  unset DATABASE_URL
  printf 'target { url: "%s" }\ntarget { name: "%s" url: "%s" }\n' "${url//\"/\\\"}" second "${url//\"/\\\"}" >targets.txtpb
  quiet "$autogen" upgrade --targets targets.txtpb
  clean "autogen upgrade --targets with $url"
done
rm -f targets.txtpb

# The value of a variable that is a piece of the configured URL.
cp autogen.txtpb kept.txtpb
sed -i 's|^url: .*|url: "postgresql://u:${SECRET}@127.0.0.1:1/${SECRET}"|' autogen.txtpb
SECRET=$word quiet "$autogen" current
grep -qF 'u@127.0.0.1:1/${SECRET}' out.txt || { cat out.txt >&2; fail "the variable's name stands for its value"; }
clean "a configuration with a variable"
sed -i 's|^url: .*|url: "postgresql://u:${SECRET}@evil.example/x"|' autogen.txtpb
SECRET=$word expect 2 "$autogen" current
grep -q "only this file names" out.txt || { cat out.txt >&2; fail "a variable goes to a host that only the repository names"; }
clean "a configuration with another host"
mv kept.txtpb autogen.txtpb

# A password in a script: ledger, dry run, reports, profile, metrics, errors, the server's context.
export DATABASE_URL="$good password=$word"
script=$(ls versions/*.sql)
sed -i "/^-- autogen: upgrade/a CREATE ROLE $role PASSWORD '$word';\nALTER SYSTEM SET primary_conninfo = 'host=h password=$word';\nDO \$x\$ BEGIN EXECUTE 'ALTER ROLE $role PASSWORD ''$word'''; END \$x\$;" "$script"
sed -i "/^-- autogen: downgrade/a ALTER SYSTEM RESET primary_conninfo;\nDROP ROLE $role;" "$script"
expect 0 "$autogen" upgrade --dry-run
clean "a dry run"
(while sleep 0.02; do
  for process in /proc/[0-9]*; do
    grep -qs "$word" "$process/cmdline" && tr '\0' ' ' <"$process/cmdline" >>"$folder/seen.txt"
  done
done) &
watcher=$!
for format in text json; do
  expect 0 "$autogen" upgrade --log-format $format --profile --metrics-file run.prom
  clean "upgrade --log-format $format"
  psql -qXAt "$good" -c "SELECT * FROM autogen_version_ledger" >out.txt
  grep -q "ALTER SYSTEM" out.txt || fail "the ledger holds the statement"
  clean "the ledger"
  expect 0 "$autogen" downgrade base
  clean "downgrade"
done
kill $watcher
wait $watcher 2>/dev/null || true
! grep -v "secrets.sh\|grep\|sed" seen.txt 2>/dev/null | grep -q . || { cat seen.txt >&2; fail "a command line holds a password"; }
expect 1 "$autogen" lint
clean "lint"
for bad in "ALTER ROLE no_such_role PASSWORD '$word';" "ALTER ROLE $role PASSWORD $word;" "CREATE ROLE $role PASSWRD '$word';" \
  "CREATE USER MAPPING FOR CURRENT_USER SERVER none OPTIONS (password '$word');" \
  "DO \$x\$ BEGIN EXECUTE 'ALTER ROLE no_such_role PASSWORD ''$word'''; END \$x\$;" \
  "CREATE SUBSCRIPTION s CONNECTION '$word' PUBLICATION p WITH (connect = false);"; do
  printf -- '-- bad\n--\n-- revision: bad1\n-- revises: base\n\n-- autogen: upgrade\n\n%s\n\n-- autogen: downgrade\n\nSELECT 1;\n' "$bad" >"$script"
  expect 2 "$autogen" upgrade
  clean "$bad"
  expect 2 "$autogen" upgrade --log-format json
  clean "$bad as JSON"
done

# A secret of a script: a variable of ours, a variable of psql.
cat >"$script" <<'END'
-- a secret
--
-- revision: bad1
-- revises: base

-- autogen: upgrade

CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password '${AUTOGEN_SECRET_S}');

-- autogen: downgrade

DROP FOREIGN DATA WRAPPER w CASCADE;
END
stored() { psql -qXAt "$good" -c "SELECT umoptions FROM pg_user_mappings"; }
expect 2 "$autogen" upgrade
grep -q "AUTOGEN_SECRET_S is not set" out.txt || { cat out.txt >&2; fail "a missing secret is not named"; }
for format in text json; do
  AUTOGEN_SECRET_S="$word's" expect 0 "$autogen" upgrade --log-format $format --profile
  clean "upgrade with a secret"
  [[ $(stored) == *"$word's"* ]] || fail "the secret was not set: $(stored)"
  expect 0 "$autogen" downgrade base
done
AUTOGEN_SECRET_S=$word expect 0 "$autogen" upgrade --dry-run
clean "a dry run with a secret"
AUTOGEN_SECRET_S=$word expect 0 "$autogen" upgrade --sql base:head
clean "upgrade --sql with a secret"
{ echo '\set AUTOGEN_SECRET_S `printenv AUTOGEN_SECRET_S`' && "$autogen" upgrade --sql base:head 2>/dev/null; } >for_psql.sql
AUTOGEN_SECRET_S="$word's" psql -qX -v ON_ERROR_STOP=1 "$good" -f for_psql.sql >/dev/null
[[ $(stored) == *"$word's"* ]] || fail "psql did not set the secret: $(stored)"
echo "no password came out"
