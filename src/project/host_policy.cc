#include "src/project/host_policy.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/postgres/url.h"
#include "src/postgres/variables.h"
#include "src/project/urls.h"
#include "src/project/user_config.h"

namespace autogen::project {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void Add(absl::string_view list, std::vector<std::string>* hosts) {
  for (absl::string_view host : absl::StrSplit(list, ',', absl::SkipWhitespace())) {
    hosts->emplace_back(absl::StripAsciiWhitespace(host));
  }
}

bool Contains(const std::vector<std::string>& hosts, const std::string& host) {
  return std::any_of(hosts.begin(), hosts.end(),
                     [&](const std::string& one) { return absl::EqualsIgnoreCase(one, host); });
}

}  // namespace

HostPolicy::HostPolicy(const std::vector<std::string>& allowed, const std::string& url) {
  for (const std::string& list : allowed) Add(list, &allowed_);
  for (const char* name : {"AUTOGEN_ALLOW_HOST", "PGHOST", "PGHOSTADDR"}) {
    Add(Environment(name), &allowed_);
  }
  for (const std::string& named : {url, Environment("DATABASE_URL")}) {
    for (const std::string& host : postgres::HostsOf(named)) allowed_.push_back(host);
  }
}

absl::StatusOr<std::vector<std::string>> HostPolicy::NotAllowed(
    std::vector<std::string> hosts) const {
  hosts.erase(std::remove_if(hosts.begin(), hosts.end(),
                             [&](const std::string& host) {
                               return postgres::IsLocalHost(host) || Contains(allowed_, host);
                             }),
              hosts.end());
  if (hosts.empty()) return hosts;
  ASSIGN_OR_RETURN(UserConfig user, ReadUserConfig());
  const std::vector<std::string> more(user.allow_host().begin(), user.allow_host().end());
  hosts.erase(std::remove_if(hosts.begin(), hosts.end(),
                             [&](const std::string& host) { return Contains(more, host); }),
              hosts.end());
  return hosts;
}

absl::StatusOr<std::string> HostPolicy::Resolve(absl::string_view text,
                                                absl::string_view where) const {
  if (const absl::StatusOr<std::string> file = postgres::ExpandAsText(text);
      file.ok() && NamesFile(*file)) {
    absl::StatusOr<std::string> url = NormalizeUrl(*file);
    return url.ok() ? url : Annotate(url.status(), where);
  }
  absl::StatusOr<postgres::Expansion> expansion = postgres::ExpandVariables(text);
  if (!expansion.ok()) return Annotate(expansion.status(), where);
  if (expansion->url == "embedded") return expansion->url;
  absl::StatusOr<std::string> url = NormalizeUrl(expansion->url);
  if (!url.ok()) return Annotate(url.status(), where);
  ASSIGN_OR_RETURN(std::vector<std::string> hosts, NotAllowed(expansion->hosts));
  if (hosts.empty()) return url;
  if (expansion->variables.empty()) {
    return expansion->has_password ? *url : postgres::WithoutFoundPassword(*url);
  }
  const std::string host = absl::StrJoin(hosts, ",");
  return absl::PermissionDeniedError(absl::StrCat(
      where, ": ${", absl::StrJoin(expansion->variables, "}, ${"), "} would be sent to ", host,
      ", a host that only this file names; to allow it: --allow-host ", host,
      ", AUTOGEN_ALLOW_HOST=", host, ", or allow_host: \"", hosts[0], "\" in ", UserConfigPath(),
      "; or take the host, or the whole URL, from a variable"));
}

}  // namespace autogen::project
