#!/usr/bin/env bash
# Files that are none, that never end, that lead out of the project, and output that cannot be written: each is an error with
# the path and the reason, at once, and nothing outside of the project changes.
#   tests/odd_files.sh AUTOGEN     needs $AUTOGEN_TEST_URL (libpq keywords, a superuser)
set -euo pipefail
autogen=$1
name=odd_files
source "$(dirname "$0")/support/project.sh"

says() {
  grep -qE "$1" out.txt || { cat out.txt >&2; fail "the message does not say: $1"; }
}
# What a program that waits, or takes all memory, would not survive.
quick() { (ulimit -v 4000000; exec timeout -k 1 60 "$autogen" "$@"); }
refused() {
  expect 2 quick "${@:2}"
  says "$1"
}

mkdir outside main
cd main
expect 0 "$autogen" init
mkdir odd
mkfifo odd/pipe.txtpb
ln -s loop odd/loop.txtpb
python3 - <<'PY'
import socket
socket.socket(socket.AF_UNIX).bind("odd/socket.txtpb")
PY
truncate -s 65M odd/huge.txtpb

# Models, and what they name.
for file in /dev/zero /dev/urandom odd/pipe.txtpb odd/socket.txtpb odd/loop.txtpb odd/huge.txtpb /proc/kmsg; do
  refused "$(basename "$file")" check --model "$file"
  printf 'include: "%s"\n' "$(realpath -ms "$file")" >odd/include.txtpb
  refused "$(basename "$file")" check --model odd/include.txtpb
  printf 'view { name: "v" definition_file: "%s" }\n' "$(realpath -ms "$file")" >odd/include.txtpb
  refused "include.txtpb:1:.*$(basename "$file")" check --model odd/include.txtpb
  refused "$(basename "$file")" check --config "$file"
  refused "$(basename "$file")" upgrade --targets "$file"
done
printf 'table { name: "t" column { name: "a" type: "int" } }' >models/schema.txtpb
expect 1 quick check --model /dev/stdin <models/schema.txtpb
expect 1 bash -c "cat models/schema.txtpb | '$autogen' check --model /dev/stdin"
printf 'include: "/dev/stdin"' >odd/include.txtpb
expect 2 bash -c "sleep 3 | '$autogen' check --model odd/include.txtpb"

# Depth, and length.
python3 - <<'PY'
import os
header = "-- x\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n\n-- autogen: upgrade\n\n"
def script(folder, sql):
    os.makedirs(folder, exist_ok=True)
    open(folder + "/1_x.sql", "w").write(header + sql + "\n\n-- autogen: downgrade\n\nSELECT 1;\n")
script("odd/operators", "SELECT " + " || ".join(["a"] * 100000) + ";")
script("odd/nested", "SELECT " + "(" * 100000 + "1" + ")" * 100000 + ";")
script("odd/comments", "/*" * 200000 + "*/" * 200000 + " SELECT 1;")
script("odd/unclosed", "SELECT 1;\n" + "/* " * 200000)
script("odd/digit", "SELECT 1\u00e9;")
open("odd/brackets.txtpb", "w").write("table { name: " + "[" * 1000000)
os.makedirs("odd/chain", exist_ok=True)
for i in range(2000):
    open("odd/chain/%d.txtpb" % i, "w").write('include: "%d.txtpb"\n' % (i + 1))
open("odd/chain/2000.txtpb", "w").write('table { name: "last" column { name: "a" type: "int" } }')
PY
refused "brackets.txtpb:1:.*nested too deeply" check --model odd/brackets.txtpb
expect 1 quick check --model odd/chain/0.txtpb
says "last"
expect 1 quick lint --versions odd/comments
says "1_x.sql:8:1: too many.*comments"
expect 1 quick lint --versions odd/unclosed
says "1_x.sql:9:1: unterminated"
expect 1 quick lint --versions odd/digit
says "1_x.sql:8:8: trailing junk"
expect 1 quick lint - <<<"DROP TABLE t;"
says "^-:1: data-loss: drops t"
expect 1 bash -c "echo 'DROP TABLE t;' | '$autogen' lint -"
expect 2 quick lint /dev/zero
refused "1_x.sql:8:8: trailing junk" upgrade --versions odd/digit
for deep in operators nested; do
  code=0
  quick lint --versions odd/$deep >out.txt 2>&1 || code=$?
  ((code < 3)) || fail "lint of $deep ends with $code"
done

# Byte order marks, UTF-16 and line ends of Windows.
sed -i '1s/^/\xEF\xBB\xBF/' models/schema.txtpb autogen.txtpb
expect 0 quick -m first
[[ $(find versions -name '*.sql' | wc -l) == 1 ]] || fail "no script"
sed -i '1s/^/\xEF\xBB\xBF/' versions/*.sql
sed -i 's/$/\r/' versions/autogen.sum
expect 0 quick sum --check
expect 0 quick upgrade
expect 0 quick check
utf16() {
  cp "$1" odd/kept
  printf '\xFF\xFEt\0a\0' >"$1"
  refused "$1:1:1: .*UTF-16" "${@:2}"
  cp odd/kept "$1"
}
utf16 models/schema.txtpb check
utf16 autogen.txtpb check
utf16 script.sql.mustache revision -m utf16
utf16 versions/autogen.sum sum --check

# A conflict in autogen.sum: told before a script is written.
cp versions/autogen.sum odd/kept
printf '<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> theirs\n' >>versions/autogen.sum
refused "autogen.sum:[0-9]+: a merge conflict.*autogen sum" revision -m conflict
[[ $(find versions -name '*.sql' | wc -l) == 1 ]] || fail "a script is written beside a conflict"
cp odd/kept versions/autogen.sum

# Two at once, of one name.
"$autogen" revision -m same >one.txt 2>&1 &
one=$!
"$autogen" revision -m same >two.txt 2>&1 || true
wait $one || true
expect 0 quick sum --check
rm versions/*same.sql
expect 0 quick sum

# Links that lead out: nothing is read, made or overwritten behind them.
echo 'secret: kept' >../outside/secret
state() { { find ../outside /etc/autogen /root/autogen -printf '%p %u %m %s %T@\n' 2>&1 || true; } | sort; }
before=$(state)
ln -s "$(realpath ../outside)/secret" models/link.txtpb
refused "link.txtpb is outside of the project" check
rm models/link.txtpb
ln -s "$(realpath ../outside)/secret" versions/link.sql
refused "link.sql is outside of the project" history
refused "link.sql is outside of the project" sum
rm versions/link.sql
mkdir project
cp -r autogen.txtpb models script.sql.mustache project/
# Without a database of its own: the private cluster in .autogen/.
alone() { (cd project && unset DATABASE_URL && for variable in ${!PG*}; do unset "$variable"; done && refused "$@"); }
ln -s ../../outside project/versions
alone "versions is outside of the project" revision -m x
rm project/versions
mkdir project/versions
ln -s ../../outside project/.autogen
alone ".autogen is outside of the project" current
rm project/.autogen
cat project/autogen.txtpb >odd/kept
echo 'file_template: "%(year)/%(rev)"' >>project/autogen.txtpb
ln -s ../../../outside "project/versions/$(date -u +%Y)"
(cd project && refused "is outside of the project" revision -m x)
rm "project/versions/$(date -u +%Y)"
mkdir project/.autogen
for content in /root/autogen/data "$(realpath ../outside)/data" ../../outside/data; do
  echo "$content" >project/.autogen/location
  alone "location names" current
done
rm project/.autogen/location
ln -sf ../../../outside/made project/.autogen/lock
alone "lock" current
[[ $(state) == "$before" ]] || { diff <(echo "$before") <(state) >&2; fail "something outside of the project changed"; }

# Caches that others prepared are no caches.
rm -rf ../cache && ln -s outside ../cache
expect 0 quick check
[[ $(state) == "$before" ]] || fail "a cache is written through a link"
rm ../cache

# Output that cannot be written.
for command in --help --version history "history --format json" "check --format json" "diff --from empty --to models" "completion bash" lint; do
  code=0
  # shellcheck disable=SC2086
  quick $command >/dev/full 2>out.txt || code=$?
  [[ $code == 2 ]] || fail "$command to a full disk exits with $code"
  says "could not be written in full"
done
code=0
quick history >&- 2>out.txt || code=$?
[[ $code == 2 ]] || fail "a closed output exits with $code"
expect 2 bash -c "{ sleep 1; exec '$autogen' completion bash; } | true; exit \${PIPESTATUS[0]}"
expect 2 quick diff --from empty --to models --output /dev/full
says "No space"
expect 0 quick diff --from empty --to models --output /dev/null
[[ -c /dev/null ]] || fail "/dev/null is replaced"
echo "odd files: all passed"
