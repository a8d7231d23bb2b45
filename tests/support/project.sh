# For the tests that run the program itself: a folder and a database of their own, and how to say what is expected.
# The caller has set: autogen (the program), name (of the test), and sources this file with `set -euo pipefail`.
: "${AUTOGEN_TEST_URL:?the URL of a server is needed: tools/test starts one}"
unset DATABASE_URL

database=autogen_${name}_$$
folder=$(mktemp -d "/tmp/autogen_${name}_XXXXXX")
clear_up() {
  psql -qX "$AUTOGEN_TEST_URL" -c "DROP DATABASE IF EXISTS $database WITH (FORCE)"
  rm -rf "$folder"
}
trap clear_up EXIT
psql -qX "$AUTOGEN_TEST_URL" -c "CREATE DATABASE $database"
export DATABASE_URL="$AUTOGEN_TEST_URL dbname=$database"
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
