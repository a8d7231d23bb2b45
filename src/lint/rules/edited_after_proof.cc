#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  if (!script.edited) return;
  report({.what = "was edited after its proof",
          .help = "`autogen verify` proves it as it is.",
          .line = 1});
}

}  // namespace

Rule EditedAfterProof() {
  return {
      .name = "edited-after-proof",
      .meaning = "a script that is no longer what was proved",
      .why =
          "Its header says that it ran up, down and up again in a scratch database, but of another "
          "text: nobody knows whether the downgrade still leads back, or whether it runs at all.",
      .fix = "`autogen verify` proves it as it is and writes that into the header.",
      .documentation = "proof.md",
      .bad = {"-- add a\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n"
              "-- proof: PostgreSQL 15.20, up, down and up again; sha256 0123456789abcdef\n\n"
              "-- autogen: upgrade\n\nCREATE TABLE a (x int);\n\n-- autogen: downgrade\n\n"
              "DROP TABLE a;\n",
              "-- add a\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n"
              "-- proof: PostgreSQL 15.20, up; sha256 0123456789abcdef\n"
              "-- verified: PostgreSQL 15.20, up; sha256 fedcba9876543210\n\n"
              "-- autogen: upgrade\n\nCREATE TABLE a (x int);\n"},
      .good = {"-- add a\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n\n"
               "-- autogen: upgrade\n\nCREATE TABLE a (x int);\n",
               "CREATE TABLE a (x int);"},
      .check = Check};
}

}  // namespace autogen::lint::rules
