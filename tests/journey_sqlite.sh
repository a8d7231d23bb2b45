#!/usr/bin/env bash
# The main job on an SQLite file, as docs/sqlite.md tells it, and what goes wrong there. No server.
#   tests/journey_sqlite.sh AUTOGEN
set -euo pipefail
autogen=$1
tests=$(cd "$(dirname "$0")" && pwd)
unset DATABASE_URL ${!PG@}
folder=$(mktemp -d /tmp/autogen_journey_sqlite_XXXXXX)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
export AUTOGEN_CACHE_DIR=$folder/cache
cd "$folder"
fail() {
  echo "FAILED: $1" >&2
  exit 1
}
# expect CODE TEXT COMMAND…: the exit code, and words that must be among what is printed
expect() {
  local wanted=$1 text=$2 code=0
  shift 2
  "$@" >"$folder/out.txt" 2>&1 || code=$?
  [[ $code == "$wanted" ]] || { cat "$folder/out.txt" >&2; fail "$* exited with $code, not $wanted"; }
  grep -qF -- "$text" "$folder/out.txt" || { cat "$folder/out.txt" >&2; fail "$* does not say: $text"; }
}

mkdir page && cd page
PATH=$(dirname "$autogen"):$PATH "$tests/support/page.py" "$tests/../docs/sqlite.md"
expect 2 "is irreversible" "$autogen" downgrade base
sed -i '/autogen: irreversible/d' versions/*_shout_titles.sql
expect 0 "downgrade" "$autogen" downgrade base
[[ -z $(sqlite3 data/app.db "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'autogen_version%'") ]] ||
  fail "downgrade base leaves something"
expect 1 "the database is behind the scripts" "$autogen" check
cd ..

mkdir wrong && cd wrong
expect 0 "wrote autogen.txtpb" "$autogen" init --url sqlite:///app.db
cat >models/schema.txtpb <<'M'
table { name: "t" column { name: "id" type: "INTEGER" primary_key: true } column { name: "a" type: "TEXT" } }
M
expect 2 "is a database in memory" "$autogen" check --url sqlite://
expect 2 "is a database in memory" "$autogen" check --url sqlite:///:memory:
expect 2 "too few slashes" "$autogen" check --url sqlite://app.db
expect 2 "the folder no/such does not exist" "$autogen" upgrade --url sqlite:///no/such/app.db
mkdir directory.db
expect 2 "is a directory" "$autogen" check --url sqlite:///directory.db
echo "this is no database, but a text that is long enough to be looked at as one, page by page" >text.db
expect 2 "is no SQLite database" "$autogen" check --url sqlite:///text.db
sed -i 's|sqlite:///app.db|sqlite:////tmp/elsewhere.db|' autogen.txtpb
expect 2 "--url, \$DATABASE_URL or a variable" "$autogen" check
sed -i 's|sqlite:////tmp/elsewhere.db|sqlite:///app.db|' autogen.txtpb
expect 0 "create table t" "$autogen" -m "first"
expect 2 "too few slashes" "$autogen" init other --url sqlite://x.db
expect 0 "upgrade" "$autogen" upgrade
expect 2 "mode=ro" "$autogen" downgrade -1 --url "sqlite:///app.db?mode=ro"
expect 0 "no difference" "$autogen" check --url "sqlite:///app.db?mode=ro"
expect 2 "different engines" "$autogen" diff --from sqlite:///app.db --to postgresql://localhost/app
expect 2 "needs a PostgreSQL server" "$autogen" backfill t --set "a = 1"
expect 2 "--privileges is for PostgreSQL" "$autogen" check --privileges
expect 2 "--max-replication-lag is for PostgreSQL" "$autogen" upgrade --max-replication-lag 5
expect 2 "--plain is for PostgreSQL" "$autogen" -m x --plain
expect 2 "--backup is for SQLite" "$autogen" upgrade --backup --url postgresql://localhost/app

# A statement that fails changes nothing, and says where and what next; nor does a copy that fails in the shell.
sqlite3 app.db "INSERT INTO t VALUES (1, NULL), (2, 'b')"
sed -i 's/name: "a" type: "TEXT"/name: "a" type: "TEXT" not_null: true/' models/schema.txtpb
expect 0 "alter column t.a" "$autogen" -m "a is needed"
expect 2 "t.a is NULL: 1 row" "$autogen" upgrade
expect 2 "NOT NULL constraint failed" "$autogen" upgrade --no-data-checks
grep -q "next:" "$folder/out.txt" || fail "what to do next"
[[ $(sqlite3 app.db "SELECT count(*), sum(a IS NULL) FROM t") == "2|1" ]] || fail "rows changed"
sed -n '/autogen: upgrade/,/autogen: downgrade/p' versions/*a_is_needed.sql >section.sql
sqlite3 app.db <section.sql >/dev/null 2>&1 && fail "the shell goes on after a copy that failed"
[[ $(sqlite3 app.db "SELECT count(*), sum(a IS NULL) FROM t") == "2|1" ]] || fail "rows changed in the shell"
sqlite3 app.db "UPDATE t SET a = '' WHERE a IS NULL"
sqlite3 app.db <section.sql
[[ $(sqlite3 app.db "SELECT count(*) FROM t") == 2 ]] || fail "the shell ran it"
expect 0 "no difference" "$autogen" check

# A column that somebody added by hand is not lost in a rebuild that does not know it.
cp app.db before.db
sqlite3 before.db "ALTER TABLE t ADD COLUMN by_hand TEXT"
sqlite3 before.db "UPDATE t SET by_hand = 'kept'"
sed -n '/autogen: downgrade/,$p' versions/*a_is_needed.sql >down.sql
sqlite3 before.db <down.sql >"$folder/out.txt" 2>&1 && fail "a column that nobody knew was dropped"
grep -q "the table has a column that this script does not know" "$folder/out.txt" || fail "why"
[[ $(sqlite3 before.db "SELECT count(by_hand) FROM t") == 2 ]] || fail "its values are gone"
cd ..

# Many files, by a pattern.
mkdir -p many/tenants && cd many
expect 0 "wrote autogen.txtpb" "$autogen" init --url sqlite:///tenants/a.db
cp ../wrong/models/schema.txtpb models/schema.txtpb
expect 0 "create table t" "$autogen" -m "first"
for tenant in a b c; do sqlite3 "tenants/$tenant.db" "CREATE TABLE own_of_$tenant (x)"; done
echo 'target { url: "sqlite:///tenants/*.db" }' >targets.txtpb
cd versions
expect 0 "3 targets" "$autogen" upgrade --targets ../targets.txtpb --jobs 2
cd ..
for tenant in a b c; do
  [[ $(sqlite3 "tenants/$tenant.db" "SELECT count(*) FROM sqlite_schema WHERE name IN ('t', 'own_of_$tenant')") == 2 ]] || fail "$tenant.db"
done
ln -s /etc/hostname tenants/d.db
expect 2 "tenants/d.db" "$autogen" upgrade --targets targets.txtpb
echo 'target { url: "sqlite:///none/*.db" }' >targets.txtpb
expect 2 "no file matches" "$autogen" upgrade --targets targets.txtpb
cd ..

# A history of Alembic's, with the SQL that it prints for batch_alter_table.
mkdir -p alembic/versions adopted && cd alembic
printf 'revision = "a1"\ndown_revision = None\n' >versions/a1_first.py
printf 'revision = "b2"\ndown_revision = "a1"\n' >versions/b2_second.py
cat >up.sql <<'S'
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));

-- Running upgrade  -> a1

CREATE TABLE task (id INTEGER NOT NULL, [title] VARCHAR(50) NOT NULL, PRIMARY KEY (id));

INSERT INTO alembic_version (version_num) VALUES ('a1');

-- Running upgrade a1 -> b2

CREATE TABLE _alembic_tmp_task (id INTEGER NOT NULL, title TEXT NOT NULL, done BOOLEAN, PRIMARY KEY (id));

INSERT INTO _alembic_tmp_task (id, title) SELECT task.id, task.title
FROM task;

DROP TABLE task;

ALTER TABLE _alembic_tmp_task RENAME TO task;

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';
S
cd ../adopted
expect 0 "wrote autogen.txtpb" "$autogen" init --url sqlite:///app.db
expect 0 "adopted 2 scripts" "$autogen" adopt alembic ../alembic --sql ../alembic/up.sql
expect 0 "upgrade b2" "$autogen" upgrade
[[ $(sqlite3 app.db "SELECT version_num FROM alembic_version") == b2 ]] || fail "the version table is Alembic's"
expect 0 "all passed" "$autogen" verify all

# PostgreSQL's client library is of no use here, and need not be there.
mkdir ../none && : >../none/libpq.so.5
LD_LIBRARY_PATH=$PWD/../none expect 0 "task" "$autogen" inspect --url sqlite:///app.db
LD_LIBRARY_PATH=$PWD/../none expect 2 "Install libpq" "$autogen" current --url postgresql://localhost/x
echo "the journey went as it should"
