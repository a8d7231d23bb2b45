# Sourced: a project's way from an existing database over an edit and back, for the tests of surroundings. The caller has set $autogen
# and $here, and sources support/project.sh.
sql() { PGOPTIONS="-c client_min_messages=warning -c statement_timeout=0" psql -qXAt -v ON_ERROR_STOP=1 "$@"; }
# The schemas: by pg_dump; where the server is newer than it, by what autogen reads of them. $DUMP_URL: not through a pooler.
dump() {
  local url=${DUMP_URL:-$DATABASE_URL}
  if (($(sql "$url" -c "SHOW server_version_num") >= 160000)); then
    "$autogen" inspect --owners --privileges 2>/dev/null
    return
  fi
  PGOPTIONS="-c quote_all_identifiers=off -c timezone=UTC -c standard_conforming_strings=on -c bytea_output=hex -c lc_monetary=C" \
    pg_dump --schema-only --no-owner --no-comments -E UTF8 -T '*.autogen*' "$url" | grep -vE '^(--|SET |SELECT pg_catalog|\\|$)' || true
}

# journey WHAT LINE-ENDS: in the database of $DATABASE_URL, in a folder of its own.
journey() {
  mkdir "$1"
  cd "$1"
  dump >start.dump
  expect 0 "$autogen" init
  rm models/*.txtpb
  expect 0 "$autogen" import --output models/schema.txtpb
  expect 0 "$autogen" check
  cp "$here/added.txtpb" models/added.txtpb
  [[ $2 == unix ]] || sed -i 's/$/\r/' models/*.txtpb autogen.txtpb
  expect 1 "$autogen" check
  expect 0 "$autogen" -m "returned goods"
  [[ $2 == unix ]] || sed -i 's/$/\r/' versions/*.sql
  expect 0 "$autogen" upgrade
  expect 0 "$autogen" check
  expect 0 "$autogen" -m "nothing is left"
  grep -q . <(find versions -name '*nothing*') && fail "$1: a second script"
  dump >end.dump
  expect 0 "$autogen" downgrade -1
  dump >back.dump
  diff start.dump back.dump >&2 || fail "$1: the downgrade leads elsewhere"
  cd ..
}
