// A client of a signer, as every command that signs is one: has a statement signed, prints the envelope,
// and stays until its input ends, so that a test can look through its memory.
//
// signer_client STORE PROGRAM [PASSPHRASE_FD]: PROGRAM is hauberk, started where no signer runs.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <string>

#include "attest/predicate.h"
#include "signer/signer.h"

namespace hauberk {
namespace {

Status run(int argc, char** argv) {
  TRY(const auto store, Store::open(argv[1]));
  SignerOptions options;
  options.program = argv[2];
  if (argc > 3) options.passphrase_fd = std::atoi(argv[3]);
  TRY(Signer signer, Signer::connect(*store, options));
  const Digest image = Digest::of(std::string_view("an image"));
  for (int i = 0; i < 3; ++i) {
    const Statement statement{{{"app", image}}, std::string(predicate::lock), {{"number", i}}};
    TRY(const Envelope envelope, signer.sign_statement(KeyName::build, statement));
    std::printf("%s\n", text_of(envelope).c_str());
  }
  std::fflush(stdout);
  while (std::getchar() != EOF) {}
  return {};
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto status = hauberk::run(argc, argv);
  if (status) return 0;
  std::fprintf(stderr, "%s: %s\n", std::string(name_of(status.error().kind)).c_str(),
               status.error().message.c_str());
  return 1;
}
