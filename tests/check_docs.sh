#!/usr/bin/env bash
# The reference pages name what the code knows, and nothing else: docs/configuration.md every field of config.proto,
# docs/scripts.md every directive and header field.
#   tests/check_docs.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"
bad=0

# The fields of a message, without those of messages and enums in it.
fields() {
  awk -v name="$1" '
    /^[[:space:]]*(message|enum) / { stack[++depth] = $2 }
    depth && stack[depth] == name && /^[^\/]*= [0-9]+;/ { sub(/ = .*/, ""); print $NF }
    /}[[:space:]]*$/ && depth { --depth }' proto/autogen/config.proto
}
# The names in the first column of the tables below a heading of docs/configuration.md.
named() {
  awk -v heading="$1" '
    /^#/ { inside = ($0 == heading) }
    inside && /^\| `/ { split($0, cell, "|"); print cell[2] }' docs/configuration.md | grep -o '`[^`]*`' | tr -d '`'
}
compare() {
  if ! diff <(sort <<< "$2") <(sort <<< "$3") > /tmp/check_docs.$$; then
    echo "$1: \"<\" is in the code alone, \">\" on the page alone"
    cat /tmp/check_docs.$$
    bad=1
  fi
  rm -f /tmp/check_docs.$$
}

compare "docs/configuration.md, autogen.txtpb" "$(fields Config)" "$(named '## autogen.txtpb')"
compare "docs/configuration.md, apply" "$(fields Apply)" "$(named '### apply')"
compare "docs/configuration.md, post_write_hook" "$(fields Hook)" "$(named '### post_write_hook')"
compare "docs/configuration.md, lint" "$(fields Lint)" "$(named '### lint')"
compare "docs/configuration.md, lint: rule" "$(fields Rule)" "$(named '#### rule')"
compare "docs/configuration.md, lint: naming" "$(fields Naming)" "$(named '#### naming')"
compare "docs/configuration.md, lint: owner" "$(fields Owner)" "$(named '#### owner')"
compare "docs/configuration.md, user" "$(fields UserConfig)" "$(named "## The user's configuration")"
compare "docs/configuration.md, approvals" "$(fields Approvals; fields Approval)" "$(named '## approvals.txtpb')"
compare "docs/configuration.md, targets" "$(fields Targets; fields Target)" "$(named '## The file of --targets')"

directives=$(sed -n '/CheckName(const Directive/,/};/p' src/revision/script.cc | grep -oE '"[a-z-]+"' | tr -d '"')
compare "docs/scripts.md, directives" "$directives" "$(grep -oE '^\| `-- autogen: [a-z-]+' docs/scripts.md | sed 's/.*: //')"
keys=$(sed -n '/& Keys()/,/};/p' src/revision/header.cc | grep -oE '"[a-z ]+"' | tr -d '"'; echo proof; echo verified)
compare "docs/scripts.md, header" "$keys" "$(sed -n '/^## The header/,/^## Directives/p' docs/scripts.md | grep -oE '^\| `[a-z ]+`' | tr -d '|\` ' | sed 's/dependson/depends on/')"
exit $bad
