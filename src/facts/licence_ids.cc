// SPDX-License-Identifier: Apache-2.0
#include "facts/licence_ids.h"

#include <algorithm>
#include <iterator>

namespace hauberk {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool comes_before(std::string_view a, std::string_view b) {
  return std::ranges::lexicographical_compare(a, b, {}, lower, lower);
}

// Both tables are sorted by their lowercase form.
// clang-format off
constexpr std::string_view licences[] = {
    "0BSD", "AAL", "Abstyles", "AFL-1.1", "AFL-1.2", "AFL-2.0", "AFL-2.1", "AFL-3.0", "AGPL-1.0-only",
    "AGPL-1.0-or-later", "AGPL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Aladdin", "AMDPLPA", "ANTLR-PD",
    "Apache-1.0", "Apache-1.1", "Apache-2.0", "APAFML", "APL-1.0", "APSL-1.0", "APSL-1.1", "APSL-1.2",
    "APSL-2.0", "Artistic-1.0", "Artistic-1.0-cl8", "Artistic-1.0-Perl", "Artistic-2.0", "Baekmuk",
    "Bahyph", "Barr", "Beerware", "Bitstream-Charter", "Bitstream-Vera", "BitTorrent-1.0", "BitTorrent-1.1",
    "blessing", "BlueOak-1.0.0", "Borceux", "Brian-Gladman-2-Clause", "Brian-Gladman-3-Clause",
    "BSD-1-Clause", "BSD-2-Clause", "BSD-2-Clause-Patent", "BSD-2-Clause-Views", "BSD-3-Clause",
    "BSD-3-Clause-Attribution", "BSD-3-Clause-Clear", "BSD-3-Clause-HP", "BSD-3-Clause-LBNL",
    "BSD-3-Clause-Modification", "BSD-3-Clause-No-Nuclear-License", "BSD-3-Clause-Open-MPI", "BSD-4-Clause",
    "BSD-4-Clause-Shortened", "BSD-4-Clause-UC", "BSD-4.3RENO", "BSD-4.3TAHOE",
    "BSD-Advertising-Acknowledgement", "BSD-Attribution-HPND-disclaimer", "BSD-Inferno-Nettverk",
    "BSD-Protection", "BSD-Source-Code", "BSD-Systemics", "BSL-1.0", "BUSL-1.1", "bzip2-1.0.6", "CAL-1.0",
    "CC-BY-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-3.0-US", "CC-BY-4.0", "CC-BY-NC-4.0",
    "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-1.0", "CC-BY-SA-2.0", "CC-BY-SA-2.5",
    "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-PDDC", "CC0-1.0", "CDDL-1.0", "CDDL-1.1", "CDLA-Permissive-1.0",
    "CDLA-Permissive-2.0", "CECILL-1.0", "CECILL-1.1", "CECILL-2.0", "CECILL-2.1", "CECILL-B", "CECILL-C",
    "ClArtistic", "CMU-Mach", "CNRI-Jython", "CNRI-Python", "CNRI-Python-GPL-Compatible", "COIL-1.0",
    "Condor-1.1", "CPAL-1.0", "CPL-1.0", "CPOL-1.02", "Crossword", "CrystalStacker", "Cube", "curl",
    "D-FSL-1.0", "DEC-3-Clause", "DOC", "DSDP", "dtoa", "dvipdfm", "ECL-1.0", "ECL-2.0", "EFL-1.0",
    "EFL-2.0", "Elastic-2.0", "Entessa", "EPICS", "EPL-1.0", "EPL-2.0", "ErlPL-1.1", "etalab-2.0",
    "EUDatagrid", "EUPL-1.0", "EUPL-1.1", "EUPL-1.2", "Eurosym", "Fair", "Ferguson-Twofish", "FreeBSD-DOC",
    "FreeImage", "FSFAP", "FSFUL", "FSFULLR", "FSFULLRWD", "FTL", "GD", "GFDL-1.1",
    "GFDL-1.1-invariants-only", "GFDL-1.1-invariants-or-later", "GFDL-1.1-no-invariants-only",
    "GFDL-1.1-no-invariants-or-later", "GFDL-1.1-only", "GFDL-1.1-or-later", "GFDL-1.2",
    "GFDL-1.2-invariants-only", "GFDL-1.2-invariants-or-later", "GFDL-1.2-no-invariants-only",
    "GFDL-1.2-no-invariants-or-later", "GFDL-1.2-only", "GFDL-1.2-or-later", "GFDL-1.3",
    "GFDL-1.3-invariants-only", "GFDL-1.3-invariants-or-later", "GFDL-1.3-no-invariants-only",
    "GFDL-1.3-no-invariants-or-later", "GFDL-1.3-only", "GFDL-1.3-or-later", "Giftware", "Glide", "Glulxe",
    "gnuplot", "GPL-1.0", "GPL-1.0+", "GPL-1.0-only", "GPL-1.0-or-later", "GPL-2.0", "GPL-2.0+",
    "GPL-2.0-only", "GPL-2.0-or-later", "GPL-2.0-with-autoconf-exception", "GPL-2.0-with-bison-exception",
    "GPL-2.0-with-classpath-exception", "GPL-2.0-with-font-exception", "GPL-2.0-with-GCC-exception",
    "GPL-3.0", "GPL-3.0+", "GPL-3.0-only", "GPL-3.0-or-later", "GPL-3.0-with-autoconf-exception",
    "GPL-3.0-with-GCC-exception", "gSOAP-1.3b", "HaskellReport", "HP-1986", "HP-1989", "HPND", "HPND-doc",
    "HPND-export-US", "HPND-export-US-modify", "HPND-Markus-Kuhn", "HPND-sell-MIT-disclaimer-xserver",
    "HPND-sell-regexpr", "HPND-sell-variant", "HPND-sell-variant-MIT-disclaimer", "HTMLTIDY", "IBM-pibs",
    "ICU", "IEC-Code-Components-EULA", "IJG", "IJG-short", "ImageMagick", "Imlib2", "Info-ZIP",
    "Inner-Net-2.0", "InnoSetup", "Intel", "IPA", "IPL-1.0", "ISC", "ISC-Veillard", "Jam", "JasPer-2.0",
    "JPL-image", "JPNIC", "JSON", "Kazlib", "Knuth-CTAN", "LAL-1.2", "LAL-1.3", "Latex2e", "Leptonica",
    "LGPL-2.0", "LGPL-2.0+", "LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1", "LGPL-2.1+", "LGPL-2.1-only",
    "LGPL-2.1-or-later", "LGPL-3.0", "LGPL-3.0+", "LGPL-3.0-only", "LGPL-3.0-or-later", "LGPLLR", "Libpng",
    "libpng-2.0", "libselinux-1.0", "libtiff", "libutil-David-Nugent", "LiLiQ-P-1.1", "LiLiQ-R-1.1",
    "Linux-man-pages-1-para", "Linux-man-pages-copyleft", "Linux-man-pages-copyleft-var", "Linux-OpenIB",
    "LOOP", "LPL-1.02", "LPPL-1.0", "LPPL-1.1", "LPPL-1.2", "LPPL-1.3a", "LPPL-1.3c", "lsof",
    "Lucida-Bitmap-Fonts", "LZMA-SDK-9.22", "magaz", "mailprio", "Martin-Birgmeier", "McPhee-slideshow",
    "metamail", "Minpack", "MirOS", "MIT", "MIT-0", "MIT-advertising", "MIT-CMU", "MIT-enna", "MIT-feh",
    "MIT-Festival", "MIT-Khronos-old", "MIT-Modern-Variant", "MIT-open-group", "MIT-testregex", "MIT-Wu",
    "MITNFA", "mpich2", "MPL-1.0", "MPL-1.1", "MPL-2.0", "MPL-2.0-no-copyleft-exception", "MS-PL", "MS-RL",
    "MTLL", "MulanPSL-1.0", "MulanPSL-2.0", "Multics", "Mup", "NAIST-2003", "NASA-1.3", "Naumen",
    "NBPL-1.0", "NCBI-PD", "NCSA", "Net-SNMP", "NetCDF", "Newsletr", "NGPL", "NICTA-1.0", "NIST-PD",
    "NIST-PD-fallback", "NIST-Software", "NLPL", "NOSL", "Noweb", "NPL-1.0", "NPL-1.1", "NPOSL-3.0", "NRL",
    "NTP", "NTP-0", "OAR", "ODbL-1.0", "ODC-By-1.0", "OFL-1.0", "OFL-1.0-no-RFN", "OFL-1.0-RFN", "OFL-1.1",
    "OFL-1.1-no-RFN", "OFL-1.1-RFN", "OGC-1.0", "OGL-UK-3.0", "OLDAP-1.1", "OLDAP-1.2", "OLDAP-2.0",
    "OLDAP-2.0.1", "OLDAP-2.1", "OLDAP-2.2", "OLDAP-2.3", "OLDAP-2.4", "OLDAP-2.5", "OLDAP-2.6",
    "OLDAP-2.7", "OLDAP-2.8", "OML", "OpenPBS-2.3", "OpenSSL", "OpenSSL-standalone", "OpenVision",
    "OPL-1.0", "OPUBL-1.0", "OSL-1.0", "OSL-1.1", "OSL-2.0", "OSL-2.1", "OSL-3.0", "PDDL-1.0", "PHP-3.0",
    "PHP-3.01", "Plexus", "PolyForm-Noncommercial-1.0.0", "PolyForm-Small-Business-1.0.0", "PostgreSQL",
    "PSF-2.0", "psfrag", "psutils", "Python-2.0", "Python-2.0.1", "Qhull", "QPL-1.0", "radvd", "RHeCos-1.1",
    "RPL-1.1", "RPL-1.5", "RPSL-1.0", "RSA-MD", "Ruby", "SAX-PD", "Saxpath", "SchemeReport", "Sendmail",
    "Sendmail-8.23", "SGI-B-1.0", "SGI-B-1.1", "SGI-B-2.0", "SGP4", "SHL-0.5", "SHL-0.51", "SimPL-2.0",
    "SISSL", "SISSL-1.2", "Sleepycat", "SMLNJ", "SNIA", "snprintf", "softSurfer", "Spencer-86",
    "Spencer-94", "Spencer-99", "SSH-OpenSSH", "SSH-short", "SSLeay-standalone", "SSPL-1.0",
    "SugarCRM-1.1.3", "Sun-PPP", "SunPro", "SWL", "TCL", "TCP-wrappers", "TermReadKey", "TMate",
    "TORQUE-1.1", "TOSL", "TPDL", "TTWL", "TU-Berlin-1.0", "TU-Berlin-2.0", "Ubuntu-font-1.0", "UCAR",
    "UCL-1.0", "ulem", "Unicode-3.0", "Unicode-DFS-2015", "Unicode-DFS-2016", "Unicode-TOU", "UnixCrypt",
    "Unlicense", "UPL-1.0", "Vim", "VOSTROM", "VSL-1.0", "W3C", "W3C-19980720", "W3C-20150513", "w3m",
    "Watcom-1.0", "Widget-Workshop", "Wsuipa", "WTFPL", "wxWindows", "X11",
    "X11-distribute-modifications-variant", "Xdebug-1.03", "Xerox", "Xfig", "XFree86-1.1", "xinetd",
    "xlock", "Xnet", "xpp", "XSkat", "YPL-1.0", "YPL-1.1", "Zed", "Zend-2.0", "Zimbra-1.3", "Zimbra-1.4",
    "Zlib", "zlib-acknowledgement", "ZPL-1.1", "ZPL-2.0", "ZPL-2.1",
};

constexpr std::string_view exceptions[] = {
    "389-exception", "Asterisk-exception", "Autoconf-exception-2.0", "Autoconf-exception-3.0",
    "Autoconf-exception-generic", "Autoconf-exception-macro", "Bison-exception-1.24", "Bison-exception-2.2",
    "Bootloader-exception", "CGAL-linking-exception", "Classpath-exception-2.0", "CLISP-exception-2.0",
    "cryptsetup-OpenSSL-exception", "DigiRule-FOSS-exception", "eCos-exception-2.0",
    "Fawkes-Runtime-exception", "FLTK-exception", "fmt-exception", "Font-exception-2.0",
    "freertos-exception-2.0", "GCC-exception-2.0", "GCC-exception-2.0-note", "GCC-exception-3.1",
    "GNAT-exception", "gnu-javamail-exception", "GPL-3.0-linking-exception",
    "GPL-3.0-linking-source-exception", "GPL-CC-1.0", "GStreamer-exception-2005",
    "GStreamer-exception-2008", "i2p-gpl-java-exception", "KiCad-libraries-exception",
    "LGPL-3.0-linking-exception", "libpri-OpenH323-exception", "Libtool-exception", "Linux-syscall-note",
    "LLGPL", "LLVM-exception", "LZMA-exception", "mif-exception", "OCaml-LGPL-linking-exception",
    "OCCT-exception-1.0", "OpenJDK-assembly-exception-1.0", "openvpn-openssl-exception",
    "PS-or-PDF-font-exception-20170817", "QPL-1.0-INRIA-2004-exception", "Qt-GPL-exception-1.0",
    "Qt-LGPL-exception-1.1", "Qwt-exception-1.0", "SANE-exception", "SHL-2.0", "SHL-2.1",
    "stunnel-exception", "SWI-exception", "Swift-exception", "Texinfo-exception", "u-boot-exception-2.0",
    "UBDL-exception", "Universal-FOSS-exception-1.0", "vsftpd-openssl-exception", "WxWindows-exception-3.1",
    "x11vnc-openssl-exception",
};
// clang-format on
static_assert(std::ranges::is_sorted(licences, comes_before));
static_assert(std::ranges::is_sorted(exceptions, comes_before));

template <std::size_t size>
std::string_view spelling(const std::string_view (&table)[size], std::string_view text) {
  const auto* at = std::lower_bound(std::begin(table), std::end(table), text, comes_before);
  return at == std::end(table) || comes_before(text, *at) ? std::string_view() : *at;
}

}  // namespace

std::string_view licence_id(std::string_view text) { return spelling(licences, text); }

std::string_view licence_exception_id(std::string_view text) { return spelling(exceptions, text); }

}  // namespace hauberk
