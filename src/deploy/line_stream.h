// Lines of several threads into one stream.
#ifndef AUTOGEN_DEPLOY_LINE_STREAM_H_
#define AUTOGEN_DEPLOY_LINE_STREAM_H_

#include <mutex>
#include <ostream>
#include <streambuf>
#include <string>

namespace autogen::deploy {

// Each line goes to `out` whole, under `mutex`, with `prefix` before it. Both must outlive it. What
// has no line end yet is kept back.
class LineStream : private std::streambuf, public std::ostream {
 public:
  LineStream(std::ostream& out, std::mutex& mutex, std::string prefix)
      : std::ostream(static_cast<std::streambuf*>(this)),
        out_(out),
        mutex_(mutex),
        prefix_(std::move(prefix)) {}

 private:
  int overflow(int c) override {
    if (c == std::streambuf::traits_type::eof()) return 0;
    line_ += static_cast<char>(c);
    if (c == '\n') {
      const std::lock_guard<std::mutex> lock(mutex_);
      out_ << prefix_ << line_ << std::flush;
      line_.clear();
    }
    return c;
  }

  std::ostream& out_;
  std::mutex& mutex_;
  std::string prefix_;
  std::string line_;
};

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_LINE_STREAM_H_
