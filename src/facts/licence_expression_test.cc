// SPDX-License-Identifier: Apache-2.0
#include "facts/licence_expression.h"

#include <gmock/gmock.h>

#include "facts/licence_names.h"

namespace hauberk {
namespace {

struct Row {
  const char* text;
  const char* expected;
};

TEST(LicenceExpression, OfDebian) {
  const Row rows[] = {
      {"GPL-2+", "GPL-2.0-or-later"},
      {"GPL-2", "GPL-2.0-only"},
      {"LGPL-2.1+", "LGPL-2.1-or-later"},
      {"GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"},
      {"GFDL-1.2", "GFDL-1.2-only"},
      {"Expat", "MIT"},
      {"BSD-3-clause", "BSD-3-Clause"},
      {"MPL-2", "MPL-2.0"},
      {"CC-BY-SA-4", "CC-BY-SA-4.0"},
      {"public-domain", "LicenseRef-public-domain"},
      {"BSD", "LicenseRef-BSD"},
      {"GPL-2+ or Artistic", "GPL-2.0-or-later OR Artistic-1.0-Perl"},
      {"GPL-1+ or Artistic and Expat", "GPL-1.0-or-later OR Artistic-1.0-Perl AND MIT"},
      {"GPL-1+ or Artistic, and Expat", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND MIT"},
      {"Expat, Zlib, or ISC", "MIT AND Zlib OR ISC"},
      {"Expat and (Zlib or ISC)", "MIT AND (Zlib OR ISC)"},
      {"GPL-2+ with Autoconf exception", "GPL-2.0-or-later WITH Autoconf-exception-2.0"},
      {"GPL-3+ with GCC Runtime Library exception", "GPL-3.0-or-later WITH GCC-exception-3.1"},
      {"GPL-2 with Linux-syscall-note exception", "GPL-2.0-only WITH Linux-syscall-note"},
      {"GPL-3+-WITH-BISON-EXCEPTION", "GPL-3.0-or-later WITH Bison-exception-2.2"},
      {"GPL-2+ with OpenSSL exception", "LicenseRef-GPL-2-with-OpenSSL-exception"},
      {"Perl", "Artistic-1.0-Perl OR GPL-1.0-or-later"},
      {"Perl and Expat", "(Artistic-1.0-Perl OR GPL-1.0-or-later) AND MIT"},
      {"My own  licence (see below)", "LicenseRef-My-own-licence-see-below"},
      {"and", "LicenseRef-and"},
      {"((((", "LicenseRef-unnamed"},
      {"MIT\x1b[31m/\xe2\x80\xae", "LicenseRef-MIT-31m"},
  };
  for (const Row& row : rows) EXPECT_EQ(spdx_of_debian_expression(row.text), row.expected) << row.text;
}

TEST(LicenceExpression, OfSpdx) {
  const Row rows[] = {
      {"mit", "MIT"},
      {"(MIT OR Apache-2.0)", "MIT OR Apache-2.0"},
      {"MIT and (isc or bsd-3-clause)", "MIT AND (ISC OR BSD-3-Clause)"},
      {"GPL-2.0", "GPL-2.0-only"},
      {"GPL-2.0+", "GPL-2.0-or-later"},
      {"Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"},
      {"LicenseRef-Example-1", "LicenseRef-Example-1"},
  };
  for (const Row& row : rows) EXPECT_EQ(spdx_expression(row.text), row.expected) << row.text;
  for (const char* text :
       {"", "BSD", "MIT OR", "MIT AND AND ISC", "(MIT", "MIT)", "MIT ISC", "MIT, ISC", "UNLICENSED",
        "SEE LICENSE IN LICENSE.txt", "MIT WITH LLVM", "LicenseRef-a b", "LicenseRef-"}) {
    EXPECT_EQ(spdx_expression(text), std::nullopt) << text;
  }
  EXPECT_EQ(spdx_expression(std::string(40, '(') + "MIT" + std::string(40, ')')), std::nullopt);
  EXPECT_EQ(spdx_expression(std::string(5000, ' ') + "MIT"), std::nullopt);
}

TEST(LicenceExpression, OfFreeText) {
  const Row rows[] = {
      {"MIT License", "MIT"},
      {"License :: OSI Approved :: GNU Lesser General Public License v3 or later (LGPLv3+)",
       "LGPL-3.0-or-later"},
      {"License :: OSI Approved :: BSD License", "NOASSERTION"},
      {"http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"},
      {"https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"},
      {"Apache License, Version 2.0", "Apache-2.0"},
      {"http://example.org/licence", "NOASSERTION"},
      {"GPL", "NOASSERTION"},
  };
  for (const Row& row : rows) EXPECT_EQ(spdx_or_noassertion(row.text), row.expected) << row.text;
}

// Whatever is written of a Debian name can be read again as SPDX: the two tables agree.
TEST(LicenceExpression, DebiansNamesGiveExpressions) {
  for (const char* name : {"Apache-2",
                           "Artistic",
                           "Boost-1.0",
                           "BSD-2",
                           "CC0",
                           "CDDL-1",
                           "EPL-1",
                           "FreeBSD",
                           "Freetype",
                           "MIT/X11",
                           "OFL",
                           "Perl",
                           "PSF-2",
                           "Python-2",
                           "QPL",
                           "tcl/tk",
                           "WTFPL-2",
                           "ZPL",
                           "W3C-software",
                           "AGPL-3+",
                           "GPL-3-with-font-exception",
                           "apache-2-llvm-exceptions",
                           "Perl with Font exception",
                           "apache-2-llvm-exceptions with Bison exception",
                           "no such licence",
                           "a with b"}) {
    const std::string expression = spdx_of_debian_expression(name);
    EXPECT_NE(spdx_expression(expression), std::nullopt) << name << " gives " << expression;
  }
}

TEST(LicenceNames, AReferenceIsShortAndClean) {
  EXPECT_EQ(licence_ref("a//b  c"), "LicenseRef-a-b-c");
  EXPECT_EQ(licence_ref("LicenseRef-x"), "LicenseRef-x");
  EXPECT_EQ(licence_ref(""), "LicenseRef-unnamed");
  EXPECT_EQ(licence_ref("\x1b\x1b"), "LicenseRef-unnamed");
  EXPECT_LE(licence_ref(std::string(10'000, 'x')).size(), 120U);
}

}  // namespace
}  // namespace hauberk
