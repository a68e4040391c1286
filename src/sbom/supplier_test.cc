// SPDX-License-Identifier: Apache-2.0
#include "sbom/supplier.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

struct Row {
  const char* summary;
  const char* maintainer;
  const char* spdx;
};

TEST(Supplier, TeamsAreToldFromPeople) {
  const Row rows[] = {
      {"a person", "Ada Example <ada@example.org>", "Person: Ada Example (ada@example.org)"},
      {"a word of a team", "Debian Perl Group <perl@example.org>",
       "Organization: Debian Perl Group (perl@example.org)"},
      {"a mailing list", "Bash <bash@lists.example.org>", "Organization: Bash (bash@lists.example.org)"},
      {"a list of packages", "Node <packages@qa.example.org>",
       "Organization: Node (packages@qa.example.org)"},
      {"quotes of the mail syntax", "\"Example, Ada\" <ada@example.org>",
       "Person: Example, Ada (ada@example.org)"},
      {"the first of several", "A B <a@example.org>, C D <c@example.org>", "Person: A B (a@example.org)"},
      {"a mail address alone", "<ada@example.org>", "Person: ada@example.org (ada@example.org)"},
      {"a name alone", "Example Foundation", "Organization: Example Foundation"},
      {"a folded line", "Ada\n Example <ada@example.org>", "Person: Ada  Example (ada@example.org)"},
      {"nobody", "  ", "NOASSERTION"},
      {"a part of a word is no word", "Cody Incan <c@example.org>", "Person: Cody Incan (c@example.org)"},
  };
  for (const Row& row : rows) EXPECT_EQ(spdx_text(supplier_of(row.maintainer)), row.spdx) << row.summary;
}

TEST(Supplier, IsReadBack) {
  EXPECT_EQ(maintainer_of_spdx("Person: Ada Example (ada@example.org)"), "Ada Example <ada@example.org>");
  EXPECT_EQ(maintainer_of_spdx("Organization: Example (Europe)"), "Example (Europe)");
  EXPECT_EQ(maintainer_of_spdx("NOASSERTION"), "");
  EXPECT_EQ(maintainer_of_spdx("somebody"), "somebody");
}

}  // namespace
}  // namespace hauberk
