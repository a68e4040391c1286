// The program of the image that tests/clients_test.py makes: linked statically, so that it needs no
// other file.
//
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>

int main() {
  std::printf("hello as %u\n", getuid());
  return 0;
}
