// libpq's functions, forwarded to the library that is loaded when one of them is first called.
// Linked as usual it would be loaded at every start, with the two dozen libraries for TLS, Kerberos
// and LDAP that it needs: longer than the check of an SQLite file takes, and where there is no
// PostgreSQL, for nothing. A declaration that differs from libpq-fe.h does not compile.

#include <dlfcn.h>
#include <libpq-fe.h>

#include <cstdio>
#include <cstdlib>

namespace autogen::postgres {
namespace {

#ifdef __APPLE__
constexpr char kLibrary[] = "libpq.5.dylib";
#else
constexpr char kLibrary[] = "libpq.so.5";
#endif

// Nothing was begun yet that could be left half done: no connection exists without the library.
[[noreturn]] void Missing(const char* why) {
  std::fprintf(stderr,
               "autogen: PostgreSQL's client library cannot be used: %s\n"
               "Install libpq 14 or later (Debian: apt install libpq5)\n",
               why);
  std::fflush(nullptr);
  std::_Exit(2);
}

void* Find(const char* name) {
  static void* const library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) Missing(dlerror());
  void* const found = dlsym(library, name);
  if (found == nullptr) Missing(dlerror());
  return found;
}

}  // namespace
}  // namespace autogen::postgres

// clang-format off
#define FORWARD(Result, name, parameters, arguments)                                      \
  extern "C" Result name parameters {                                                     \
    static const auto call =                                                              \
        reinterpret_cast<Result(*) parameters>(autogen::postgres::Find(#name));           \
    return call arguments;                                                                \
  }

FORWARD(int, PQbackendPID, (const PGconn* a), (a))
FORWARD(int, PQcancel, (PGcancel* a, char* b, int c), (a, b, c))
FORWARD(void, PQclear, (PGresult* a), (a))
FORWARD(char*, PQcmdTuples, (PGresult* a), (a))
FORWARD(PQconninfoOption*, PQconndefaults, (), ())
FORWARD(PGconn*, PQconnectdbParams, (const char*const* a, const char*const* b, int c), (a, b, c))
FORWARD(int, PQconnectionNeedsPassword, (const PGconn* a), (a))
FORWARD(void, PQconninfoFree, (PQconninfoOption* a), (a))
FORWARD(PQconninfoOption*, PQconninfoParse, (const char* a, char** b), (a, b))
FORWARD(int, PQconsumeInput, (PGconn* a), (a))
FORWARD(char*, PQdb, (const PGconn* a), (a))
FORWARD(int, PQenterPipelineMode, (PGconn* a), (a))
FORWARD(char*, PQerrorMessage, (const PGconn* a), (a))
FORWARD(char*, PQescapeIdentifier, (PGconn* a, const char* b, size_t c), (a, b, c))
FORWARD(PGresult*, PQexec, (PGconn* a, const char* b), (a, b))
FORWARD(PGresult*, PQexecParams, (PGconn* a, const char* b, int c, const Oid* d, const char*const* e, const int* f, const int* g, int h), (a, b, c, d, e, f, g, h))
FORWARD(int, PQexitPipelineMode, (PGconn* a), (a))
FORWARD(void, PQfinish, (PGconn* a), (a))
FORWARD(int, PQflush, (PGconn* a), (a))
FORWARD(int, PQfnumber, (const PGresult* a, const char* b), (a, b))
FORWARD(void, PQfreeCancel, (PGcancel* a), (a))
FORWARD(void, PQfreemem, (void* a), (a))
FORWARD(PGcancel*, PQgetCancel, (PGconn* a), (a))
FORWARD(int, PQgetCopyData, (PGconn* a, char** b, int c), (a, b, c))
FORWARD(PGresult*, PQgetResult, (PGconn* a), (a))
FORWARD(int, PQgetisnull, (const PGresult* a, int b, int c), (a, b, c))
FORWARD(int, PQgetlength, (const PGresult* a, int b, int c), (a, b, c))
FORWARD(char*, PQgetvalue, (const PGresult* a, int b, int c), (a, b, c))
FORWARD(char*, PQhost, (const PGconn* a), (a))
FORWARD(char*, PQhostaddr, (const PGconn* a), (a))
FORWARD(int, PQisBusy, (PGconn* a), (a))
FORWARD(int, PQnfields, (const PGresult* a), (a))
FORWARD(int, PQntuples, (const PGresult* a), (a))
FORWARD(const char*, PQparameterStatus, (const PGconn* a, const char* b), (a, b))
FORWARD(char*, PQpass, (const PGconn* a), (a))
FORWARD(PGPing, PQping, (const char* a), (a))
FORWARD(int, PQpipelineSync, (PGconn* a), (a))
FORWARD(char*, PQport, (const PGconn* a), (a))
FORWARD(int, PQputCopyEnd, (PGconn* a, const char* b), (a, b))
FORWARD(void, PQreset, (PGconn* a), (a))
FORWARD(char*, PQresultErrorField, (const PGresult* a, int b), (a, b))
FORWARD(char*, PQresultErrorMessage, (const PGresult* a), (a))
FORWARD(ExecStatusType, PQresultStatus, (const PGresult* a), (a))
FORWARD(int, PQsendFlushRequest, (PGconn* a), (a))
FORWARD(int, PQsendPrepare, (PGconn* a, const char* b, const char* c, int d, const Oid* e), (a, b, c, d, e))
FORWARD(int, PQsendQuery, (PGconn* a, const char* b), (a, b))
FORWARD(int, PQsendQueryParams, (PGconn* a, const char* b, int c, const Oid* d, const char*const* e, const int* f, const int* g, int h), (a, b, c, d, e, f, g, h))
FORWARD(int, PQsendQueryPrepared, (PGconn* a, const char* b, int c, const char*const* d, const int* e, const int* f, int g), (a, b, c, d, e, f, g))
FORWARD(int, PQserverVersion, (const PGconn* a), (a))
FORWARD(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn* a, PQnoticeProcessor b, void* c), (a, b, c))
FORWARD(int, PQsetnonblocking, (PGconn* a, int b), (a, b))
FORWARD(int, PQsocket, (const PGconn* a), (a))
FORWARD(ConnStatusType, PQstatus, (const PGconn* a), (a))
FORWARD(PGTransactionStatusType, PQtransactionStatus, (const PGconn* a), (a))
FORWARD(char*, PQuser, (const PGconn* a), (a))
// clang-format on
