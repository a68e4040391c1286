// SPDX-License-Identifier: Apache-2.0
#include "signer/signer.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "attest/simple_signing.h"
#include "signer/child.h"
#include "signer/protocol.h"
#include "signer/socket.h"
#include "trust/trust.h"

namespace hauberk {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds usual_patience{60'000};
constexpr std::chrono::milliseconds patience_with_a_person{3'600'000};  // who types a passphrase

std::unexpected<Error> signer_gone() {
  return fail(ErrorKind::io, "cannot have anything signed: the signer has ended; run it again");
}

std::unexpected<Error> signer_broken(int error) {
  return fail(ErrorKind::io, "cannot reach the signer: {}", os_reason(error));
}

// Waits for `events`; false after the end of patience.
Result<bool> wait_for(int fd, short events, SteadyClock::time_point end) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - SteadyClock::now()).count();
    pollfd watched{fd, events, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return signer_broken(errno);
    if (left <= 0) return false;
  }
}

// Empty: none is named.
std::string named_socket() {
  const char* const named = std::getenv("HAUBERK_SIGNER");
  return named != nullptr ? named : "";
}

template <class T>
Result<T> expect_answer(Result<Answer> answer) {
  if (!answer) return std::unexpected(std::move(answer).error());
  if (auto* const wanted = std::get_if<T>(&*answer)) return std::move(*wanted);
  return fail(ErrorKind::invalid_input, "the signer answered something else than it was asked");
}

}  // namespace

// The connection, and the process behind it if it is ours.
class Signer::Session {
 public:
  Session(Fd connection, std::optional<SignerProcess> process)
      : process_(std::move(process)), connection_(std::move(connection)) {}

  Result<Answer> ask(Request request, std::chrono::milliseconds patience = usual_patience) {
    TRY(const std::string bytes, bytes_of(message_of(std::move(request))));
    const auto end = SteadyClock::now() + patience;
    TRY_STATUS(send(bytes, end));
    TRY(Message message, receive(end));
    return parse_answer(std::move(message));
  }

 private:
  Status send(std::string_view rest, SteadyClock::time_point end) {
    while (!rest.empty()) {
      const ssize_t count = ::send(connection_.get(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count >= 0) {
        rest.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN) {
        TRY(const bool is_ready, wait_for(connection_.get(), POLLOUT, end));
        if (!is_ready) return no_answer();
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return signer_gone();
      } else if (errno != EINTR) {
        return signer_broken(errno);
      }
    }
    return {};
  }

  Result<Message> receive(SteadyClock::time_point end) {
    for (;;) {
      TRY(auto message, reader_.next());
      if (message) return *std::move(message);
      TRY(const bool is_ready, wait_for(connection_.get(), POLLIN, end));
      if (!is_ready) return no_answer();
      std::array<char, 16 << 10> buffer;
      const ssize_t count = ::recv(connection_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (count == 0 || (count < 0 && errno == ECONNRESET)) return signer_gone();
      if (count < 0 && errno != EINTR && errno != EAGAIN) return signer_broken(errno);
      if (count > 0) reader_.feed({buffer.data(), static_cast<std::size_t>(count)});
    }
  }

  static std::unexpected<Error> no_answer() {
    return fail(ErrorKind::io, "cannot have anything signed: the signer gives no answer");
  }

  // In this order, so that the connection is closed before the process is waited for.
  std::optional<SignerProcess> process_;
  Fd connection_;
  MessageReader reader_;
};

Signer::Signer(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;
Signer::~Signer() = default;

std::string signer_socket_path(const Store& store) {
  std::string named = named_socket();
  return named.empty() ? store.path() + "/run/signer.sock" : named;
}

Result<Signer> Signer::over(Fd connection) {
  Signer signer(std::make_unique<Session>(std::move(connection), std::nullopt));
  TRY(auto answer, expect_answer<KeysAnswer>(signer.session_->ask(KeysRequest{})));
  signer.keys_ = std::move(answer.keys);
  return signer;
}

namespace {

// A running signer, if there is one that holds all of these. One that is named has to be there.
Result<std::optional<Signer>> running_signer(const Store& store, const SignerOptions& options) {
  const bool is_elsewhere =
      std::ranges::any_of(options.keys, [](const auto& key) { return !key.file.empty(); });
  if (is_elsewhere) return std::nullopt;
  const std::string path = signer_socket_path(store);
  TRY(auto connection, connect_to(path));
  if (!connection && !named_socket().empty()) {
    return fail(ErrorKind::not_found,
                "there is no signer at {}, which HAUBERK_SIGNER names; start it with: "
                "hauberk signer --socket {}",
                path, path);
  }
  if (!connection) return std::nullopt;
  TRY(Signer signer, Signer::over(*std::move(connection)));
  for (const NeededKey& key : options.keys) {
    if (!signer.public_key(key.name)) return std::nullopt;
  }
  return signer;
}

// Said here, before a passphrase is asked for in vain.
Status check_keys_are_there(const Store& store, const SignerOptions& options) {
  const KeyFolder folder(store);
  for (const NeededKey& key : options.keys) {
    if (!key.file.empty()) continue;
    TRY(const bool is_there, folder.has_private(key.name));
    if (is_there) continue;
    return fail(ErrorKind::not_found,
                "there is no {}; make it with `hauberk keygen --name {}`, or bring it back",
                folder.path_of(key.name), name_of(key.name));
  }
  return {};
}

}  // namespace

Result<Signer> Signer::connect(const Store& store, const SignerOptions& options) {
  TRY(auto running, running_signer(store, options));
  if (running) return *std::move(running);
  TRY_STATUS(check_keys_are_there(store, options));
  TRY(auto started, SignerProcess::start(store, options));
  Signer signer(std::make_unique<Session>(std::move(started.second), std::move(started.first)));
  TRY(auto answer, expect_answer<KeysAnswer>(signer.session_->ask(KeysRequest{}, patience_with_a_person)));
  signer.keys_ = std::move(answer.keys);
  return signer;
}

Result<PublicKey> Signer::public_key(KeyName name) const {
  const auto at = keys_.find(name);
  if (at != keys_.end()) return at->second;
  return fail(ErrorKind::not_found, "this signer holds no {} key", name_of(name));
}

// A signer that answers with something else than a signature is seen here, not by whoever verifies in a year.
Result<Envelope> Signer::envelope_by(KeyName key, std::string payload_type, std::string payload,
                                     std::string signature, std::string keyid) const {
  TRY(const PublicKey public_key, this->public_key(key));
  TRY_STATUS(public_key.verify(pae(payload_type, payload), signature));
  return Envelope{std::move(payload_type), std::move(payload), {{std::move(keyid), std::move(signature)}}};
}

Result<Envelope> Signer::sign_statement(KeyName key, const Statement& statement) {
  std::string text = text_of(statement);
  TRY(auto answer, expect_answer<SignatureAnswer>(session_->ask(StatementRequest{key, text})));
  return envelope_by(key, std::string(statement_payload_type), std::move(text), std::move(answer.signature),
                     {});
}

Result<SimpleSignature> Signer::sign_simple(KeyName key, const Digest& digest, const Reference& reference) {
  TRY(auto answer, expect_answer<SignatureAnswer>(session_->ask(SimpleRequest{key, digest, reference})));
  TRY(const PublicKey public_key, this->public_key(key));
  TRY_STATUS(public_key.verify(answer.payload, answer.signature));
  TRY(const SimpleSigning payload, parse_simple_signing(answer.payload));
  if (payload != SimpleSigning{reference.name(), digest}) {
    return fail(ErrorKind::verification_failed, "the signer signed something else than it was asked to");
  }
  return SimpleSignature{std::move(answer.payload), std::move(answer.signature)};
}

Result<Envelope> Signer::sign_trust(std::string document) {
  TRY(auto answer, expect_answer<SignatureAnswer>(session_->ask(TrustRequest{document})));
  TRY(const PublicKey root, public_key(KeyName::root));
  return envelope_by(KeyName::root, std::string(trust_payload_type), std::move(document),
                     std::move(answer.signature), root.fingerprint());
}

}  // namespace hauberk
