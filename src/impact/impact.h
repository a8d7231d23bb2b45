// What a statement does, found once from PostgreSQL's grammar and kept as data. Whoever prints,
// judges, runs or probes a statement reads this, and never its text again.
#ifndef AUTOGEN_IMPACT_IMPACT_H_
#define AUTOGEN_IMPACT_IMPACT_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/impact/catalog_view.h"
#include "src/impact/lock_mode.h"
#include "src/sql/quote.h"
#include "src/sql/session_effect.h"
#include "src/sql/statement.h"

namespace autogen::impact {

struct Lock {
  LockMode mode = LockMode::kNone;
  sql::SplitName relation;  // as written; schema may be empty
  std::string others;       // instead of one relation: "every table that uses it"
  // The relation is certainly made by an earlier statement of the same script: nobody waits.
  bool is_new = false;
};

struct Consequence {
  enum class Kind {
    kCreates,  // the relation is new after it
    kAlters,   // needs the relation's owner
    kLoses,    // rows or values that were there are not any more
    kRewrites,
    kScans,     // every row is looked at
    kBuilds,    // an index
    kSpares,    // what one might fear and what it does not do: "no rewrite"
    kMayFail,   // over rows that may be there
    kRenames,   // what runs now knows the old name
    kDrops,     // an object, or a right to it, that what runs now may use
    kUnguards,  // what keeps rows from being read or changed does so no longer
    kHolds,     // a lock that is held to the end of the step
  };
  Kind kind = Kind::kAlters;
  sql::SplitName relation;  // whose rows; name empty where it is none (a schema, a type)
  std::string column;       // whose values go; "" where it is whole rows, or not said
  std::string what;         // with its subject left out: "drops column public.t.c"
  // For the comment above the statement: "rewrites the table", "the column's values",
  // "where values are duplicated".
  std::string note;
  bool unsure = false;  // a look at the database may say that it is not so
  bool is_new = false;  // as in Lock
};

// How a statement can run.
enum class RunMode {
  kTransaction,
  kAlone,            // refused inside a transaction block: CREATE INDEX CONCURRENTLY, VACUUM, …
  kCommitBeforeUse,  // ALTER TYPE … ADD VALUE: its label cannot be used before commit
  kTransactionControl,  // BEGIN, COMMIT, ROLLBACK, SAVEPOINT, …
};

struct Impact {
  // The parse node ("IndexStmt", "AlterTableStmt"), or "" where the grammar does not know it.
  std::string node;
  std::vector<Lock> locks;
  std::vector<Consequence> consequences;  // in the order of the statement
  // It may do anything: why ("runs a DO block", "calls public.f()"); "" where it is known.
  std::string opaque;
  // Every function that it names.
  std::vector<sql::SplitName> calls;
  // Outside its own database: "changes the configuration of the server", "reads or writes a file
  // of the server"; "" for nothing. Roles do not count.
  std::string outside;
  RunMode run = RunMode::kTransaction;
  // COPY that reads from the client or writes to it.
  bool copies_client = false;
  // Takes as long as a table is large: builds an index, checks or rewrites a table by its nature.
  bool long_by_nature = false;
  // False where a second run may do again what a first one, cut off, has committed: CALL, DO, and
  // what the grammar does not know. Only for what runs outside a transaction.
  bool repeatable = true;
  // What it leaves in its session.
  sql::SessionEffect session;
  // Where it puts what it makes: the rights that it needs there.
  struct Places {
    // Whose CREATE right: of new relations, types, functions and the like, of new indexes, and of
    // relations that get another name or schema; "" is the first of the search path. Temporary
    // relations have none.
    std::set<std::string> schemas;
    bool makes_schema = false;
    // It gives rights or ownership, makes or changes roles, or may do so: a block, a call, what the
    // grammar does not know. What is missing now may not be missing after it.
    bool gives_rights = false;
  };
  Places places;

  // CONCURRENTLY: the index concerned, as written (schema may be empty), its table, the partition.
  bool concurrently = false;
  sql::SplitName index;
  sql::SplitName relation;
  sql::SplitName partition;  // DETACH PARTITION … CONCURRENTLY; `relation` is its parent

  // For the statements after it in its script; read by FindImpacts alone.
  struct Trace {
    bool defines = false;       // what stands in it runs later
    bool changes_rows = false;  // INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY … FROM
    sql::SplitName rows_of;     // whose, where no lock names it
    bool certain = false;       // what it creates was not there before
    sql::SplitName routine;     // that it creates or replaces, and whose body is not harmless
    sql::SplitName fires_on;    // gets a trigger or a rule
    // What is not new any more: dropped, or with rows of `because` in it where that is older.
    struct NoLongerNew {
      sql::SplitName relation;
      sql::SplitName because;
    };
    std::vector<NoLongerNew> no_longer_new;
    std::vector<std::pair<sql::SplitName, std::string>> new_columns;
    bool renames_column = false;
    std::string renamed_to;
    // What keeps NULLs out of a column: the CHECK (column IS NOT NULL) that it adds, unvalidated,
    // the constraint that it validates or drops, the column that it sets NOT NULL.
    struct NullCheck {
      sql::SplitName relation;
      std::string constraint, column;
    };
    std::vector<NullCheck> adds_null_check, validates, drops_constraint, sets_not_null;
    // The CHECKs that it adds NOT VALID, of whatever columns, and the partition that it attaches.
    std::vector<NullCheck> adds_check;
    sql::SplitName attaches;
  };
  Trace trace;

  // Of what is not new.
  bool Has(Consequence::Kind kind) const;
  // Of a relation that is not new.
  bool LosesData() const;
  bool MayFail() const;
  bool FailsOnNulls() const;
  // The strongest lock on `relation`.
  LockMode LockOn(const sql::SplitName& relation) const;
};

// Of one statement alone. `catalog` is what it runs on, or null: then what only a database
// could tell is marked unsure.
// Sources: PostgreSQL's manual (ALTER TABLE, "Notes"; 13.3 "Explicit Locking"), and
// AlterTableGetLockLevel() in tablecmds.c.
Impact FindImpact(absl::string_view statement, const CatalogView* catalog = nullptr);

// Of the statements of one script, in their order. What an earlier one certainly creates is marked
// as new: by a plain CREATE of the same name, written in the same way; not with IF NOT EXISTS, not
// after a change of the search_path where the name has no schema, not through a rename, not after
// a statement that is opaque, nor once something older was attached to it. What a trigger or
// function of the script itself would do is opaque where it fires.
std::vector<Impact> FindImpacts(absl::Span<const sql::Statement> statements,
                                const CatalogView* catalog = nullptr);
std::vector<Impact> FindImpacts(absl::Span<const std::string> statements,
                                const CatalogView* catalog = nullptr);

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_IMPACT_H_
