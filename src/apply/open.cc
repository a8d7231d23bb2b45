#include "src/apply/database.h"
#include "src/postgres/url.h"

namespace autogen::apply {
namespace {

// The first one also takes what is no URL: a project that names no database.
struct {
  bool (*takes)(absl::string_view url);
  absl::StatusOr<Database> (*open)(const std::string& url, const Options& options,
                                   Observer* observer);
} constexpr kEngines[] = {{postgres::LooksLikeUrl, OpenPostgres}};

}  // namespace

absl::StatusOr<Database> OpenDatabase(const std::string& url, const Options& options,
                                      Observer* observer) {
  for (const auto& engine : kEngines) {
    if (engine.takes(url)) return engine.open(url, options, observer);
  }
  return kEngines[0].open(url, options, observer);
}

}  // namespace autogen::apply
