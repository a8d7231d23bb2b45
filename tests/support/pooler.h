// Debian's pgbouncer in front of the test server.
#ifndef AUTOGEN_TESTS_SUPPORT_POOLER_H_
#define AUTOGEN_TESTS_SUPPORT_POOLER_H_

#include <sys/types.h>

#include <string>

namespace autogen::testing {

// On a Unix socket in a folder of its own, run by an account without privileges; it goes with the
// object, and with the test that is killed. Ends the process with a message where it does not
// start. Connects to the server as the test server's user, whoever the client says it is.
class TestPooler {
 public:
  // `mode`: "session", "transaction", "statement". `settings`: more lines for [pgbouncer].
  explicit TestPooler(const std::string& mode, const std::string& settings = "");
  ~TestPooler();
  TestPooler(const TestPooler&) = delete;
  TestPooler& operator=(const TestPooler&) = delete;

  std::string Url(const std::string& database) const;
  // All its connections are cut off. New ones are taken when it returns.
  void Restart();
  // From the next transaction on, every connection leads to `database`, whatever it asks for: as
  // when a pooler turns to another server.
  void LeadTo(const std::string& database) const;

 private:
  void WriteSettings(const std::string& database) const;
  void Start();
  void Stop();
  std::string mode_, settings_;
  std::string folder_;
  pid_t pid_ = -1;
};

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_SUPPORT_POOLER_H_
