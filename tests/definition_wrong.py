# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a word or a value of a definition: slips of the keyboard, and for each kind of value
the ones that it cannot be. Values are YAML, as written in the file."""

import re

UNKNOWN = "xyzzy"


def misspellings(word):
    """variant -> the word with one slip, each as people make them."""
    middle = len(word) // 2
    slips = {"letter dropped": word[:middle] + word[middle + 1:],
             "letter doubled": word[:middle] + word[middle] + word[middle:],
             "first letter upper case": word[:1].upper() + word[1:],
             "upper case": word.upper(),
             "plural": word[:-1] if word.endswith("s") else word + "s"}
    at = next((i for i in range(1, len(word) - 1) if word[i] != word[i + 1]), None)
    if at is not None:
        slips["letters swapped"] = word[:at] + word[at + 1] + word[at] + word[at + 2:]
    if "-" in word:
        slips["underscore"] = word.replace("-", "_")
        slips["no hyphen"] = word.replace("-", "")
        slips["camel case"] = re.sub("-(.)", lambda match: match[1].upper(), word)
    return {variant: slip for variant, slip in slips.items() if slip != word}


HEX = "0123456789abcdef" * 4

PATHS = {"empty": '""', "climbs": "/opt/../etc", "climbs at its end": "/opt/..", "line break": '"/opt\\nx"',
         "NUL": '"/opt\\0x"', "blank behind it": '"/opt "', "too long": "/" + "a" * 5000}
ABSOLUTE = {**PATHS, "relative": "opt/x", "dotted": "./opt", "home": "~/x", "up": "../x",
            "windows": "C:\\opt",
            "blank before it": '" /opt"'}
PACKAGES = {"empty": '""', "blank in it": "lib c", "no name": "=1.2", "no version": "curl=",
            "bad sign": "cu$rl",
            "slash": "curl/trixie", "comma": "curl,wget", "two bans": "'!!curl'", "bare ban": "'!'",
            "hyphen first": "'-curl'", "bad version": "curl=1 2", "parenthesis": "curl (>= 1.2)"}
URLS = {"empty": '""', "no scheme": "example.org/x", "misspelt scheme": "htps://example.org/x",
        "one slash": "https:/example.org/x", "no host": "https:///x",
        "blank in it": "https://example.org/a b",
        "script": "javascript:alert(1)", "no host but a port": "https://:80/x",
        "local file": "file:///etc/passwd",
        "bad port": "https://example.org:x/y", "port too large": "https://example.org:65536/y"}
ACCOUNTS = {"empty": '""', "blank in it": "non root", "colon": "a:b:c", "slash": "a/b",
            "hyphen first": "'-a'",
            "too long": "a" * 40, "bad sign": "no$body"}
NAMES = {"empty": '""', "upper case": "dhi.io/Nginx", "blank in it": "dhi.io/ng inx", "no name": "dhi.io/",
         "two slashes": "dhi.io//nginx", "scheme": "https://dhi.io/nginx", "bad sign": "dhi.io/ngi$nx"}
BAD = {
    "catalogue path": {key: PATHS[key] for key in ("empty", "line break", "NUL")}
    | {"absolute": "/opt", "climbs": "a/../b", "up": "../a"},
    "mode": {"digit 9": '"0999"', "digit 8": '"0788"', "letters": "rwxr-xr-x", "trailing letter": '"01777x"',
             "negative": '"-755"', "empty": '""', "short": '"75"', "long": '"077777"', "prefix": '"0o755"',
             "hexadecimal": '"0x1ff"', "blank": '"07 55"', "symbolic": "u+rwx", "number": "0755",
             "number without 0": "755"},
    "id": {"negative": "-1", "too large": "4294967296", "far too large": "99999999999999999999",
           "fraction": "65532.5", "text": "nonroot", "quoted": '"65532"', "hexadecimal": "0x10000",
           "exponent": "1e3", "with a blank": "655 32"},
    "port": {"zero": '"0"', "too large": '"65536"', "text": "http", "negative": '"-80"', "no number": "/tcp",
             "unknown protocol": "8080/http", "misspelt protocol": "8080/tpc", "upper case": "8080/TCP",
             "wrong way round": "tcp/8080", "no protocol": "8080/", "open range": "8000-/tcp",
             "range backwards": "8010-8000/tcp", "mapping": '"80:8080"', "number": "8080", "empty": '""'},
    "image path": ABSOLUTE,
    "build path": PATHS,
    "pattern": {key: PATHS[key] for key in ("empty", "climbs", "line break", "NUL")}
    | {"open bracket": "opt/[a-z"},
    "url": URLS,
    "file url": URLS,
    "checksum": {"short": "sha256:abc", "one digit less": "sha256:" + HEX[1:],
                 "one digit more": "sha256:0" + HEX,
                 "no hexadecimal": "sha256:g" + HEX[1:], "upper case": "sha256:" + HEX.upper(), "empty": '""',
                 "misspelt algorithm": "sha265:" + HEX, "other length for it": "sha512:" + HEX,
                 "no digits": '"sha256:"', "a word": "none", "hyphen": "sha256-" + HEX},
    "date": {"no such month": '"2026-13-01"', "no such day": '"2026-02-30"', "slashes": '"2026/01/02"',
             "day first": '"02.01.2026"', "a word": "soon", "empty": '""', "one digit": '"2026-1-2"',
             "only a year": '"2026"', "hour 25": '"2026-01-02T25:00:00Z"'},
    "signal": {"misspelt": "SIGQIUT", "lower case": "sigterm", "unknown": "SIGSTOPPED", "zero": '"0"',
               "too large": '"65"', "negative": '"-9"', "empty": '""', "prefix alone": "SIG", "number": "15"},
    "purl": {"empty": '""', "no scheme": "deb/debian/nginx", "no name": "pkg:deb/", "no type": "pkg:/nginx",
             "blank in it": "pkg:deb/a b", "misspelt scheme": "pkgs:deb/debian/nginx",
             "bad type": "pkg:d$b/nginx"},
    "image": NAMES | {"tag": "dhi.io/nginx:1", "digest": "dhi.io/nginx@sha256:" + HEX},
    "reference": NAMES | {"no tag": '"dhi.io/node:"', "bad tag": '"dhi.io/node:a b"',
                          "short digest": "dhi.io/node@sha256:abc", "tag hyphen first": "dhi.io/node:-x",
                          "no hexadecimal": "dhi.io/node@sha256:g" + HEX[1:],
                          "misspelt algorithm": "dhi.io/node@sha265:" + HEX,
                          "two digests": f"dhi.io/node@sha256:{HEX}@sha256:{HEX}"},
    "tag": {"empty": '""', "blank in it": "1 2", "slash": "a/b", "colon": "a:b", "hyphen first": "'-a'",
            "dot first": ".a", "too long": "a" * 129, "plus": "1+2", "bad sign": "1$2"},
    "part": {"empty": '""', "blank in it": "a b", "slash": "a/b", "colon": "a:b", "too long": "a" * 129},
    "account": ACCOUNTS | {"colon": "a:b", "number first": '"1a"'},
    "user": ACCOUNTS | {"colon first": "':a'", "colon last": "'a:'"},
    "package": PACKAGES,
    "repository": {"empty": '""', "type alone": "deb", "no suite": "deb http://ftp.debian.org/debian",
                   "no component": "deb http://ftp.debian.org/debian trixie",
                   "misspelt type": "dbe http://ftp.debian.org/debian trixie main",
                   "open bracket": "'deb [signed-by=/k http://ftp.debian.org/debian trixie main'",
                   "misspelt option": "'deb [singed-by=/k] http://ftp.debian.org/debian trixie main'",
                   "option without value": "'deb [signed-by=] http://ftp.debian.org/debian trixie main'",
                   "relative key": "'deb [signed-by=k.gpg x] http://ftp.debian.org/debian trixie main'",
                   "misspelt scheme": "deb htp://ftp.debian.org/debian trixie main",
                   "no host": "deb http:///debian trixie main", "no scheme": "ftp.debian.org/debian",
                   "bad suite": "deb http://ftp.debian.org/debian tri$xie main",
                   "source packages": "deb-src http://ftp.debian.org/debian trixie main",
                   "suite before URL": "deb trixie http://ftp.debian.org/debian main",
                   "climbing suite": "deb http://ftp.debian.org/debian ../trixie main"},
    "keyring": {"empty": '""', "misspelt scheme": "htps://example.org/k.gpg", "no host": "https:///k.gpg",
                "words": "not a key", "absolute": "/etc/k.gpg", "climbs": "../k.gpg",
                "blank in it": "https://example.org/k x.gpg"},
    "regex": {"open group": "'v(.+'", "open bracket": "'[0-9'", "bad count": "'a{3,1}'",
              "nothing to repeat": "'*a'",
              "lookahead": "'(?=v).*'", "lookbehind": "'(?<=v).*'", "back reference": "'(a)\\1'",
              "backslash last": "'v\\'", "closed only": "'v)'", "bad escape": "'\\y'", "bad range": "'[z-a]'",
              "doubled plus": "'a+++'", "bad class": "'[[:digits:]]'"},
    "variable": {"empty": '""', "blank in it": "A B", "number first": '"1A"', "dot": "A.B",
                 "braces": '"${A}"'},
    "environment name": {"empty": '""', "blank in it": "A B", "equals": '"A=B"'},
    "os id": {"upper case": "Debian", "blank in it": "deb ian", "empty": '""', "bad sign": "deb$ian"},
    "os ids": {"upper case": "Debian", "two blanks": "a  b", "comma": "a,b", "empty": '""'},
    "exit code": {"negative": "-1", "too large": "256", "fraction": "0.5", "text": "ok", "quoted": '"0"'},
    "seconds": {"negative": "-1", "fraction": "1.5", "unit": "30s", "quoted": '"30"',
                "too large": "999999999"},
    "command": {"empty": '""', "open quote": "\"/a 'b\"", "misspelt prober": "'@htp GET /'",
                "no path": "'@http GET'", "method lower case": "'@http get / 200'",
                "status": "'@http GET / 99 x y'",
                "no seconds": "'@stays'", "word as seconds": "'@stays long'",
                "too many words": "'@stop now'"},
    "line": {"empty": '""', "line break": '"a\\nb"', "control character": '"a\\x07b"'},
    "condition": {"empty": '""', "no operator": 'target.arch "amd64"', "one equals": 'target.arch = "amd64"',
                  "open quote": 'target.arch == "amd64', "unknown name": 'target.arhc == "amd64"',
                  "no right side": "target.arch ==", "open parenthesis": '(target.arch == "amd64"',
                  "text": "target.arch", "a word": "sometimes", "half a choice": 'true ? true',
                  "open mark": '"#{ true"', "function": 'contains(target.arch, "a")', "and": 'true and false',
                  "single ampersand": "true & false",
                  "unknown variable": f'definition.vars.{UNKNOWN} == "a"'},
}

KINDS = {  # by the end of the place; the longest that fits counts
    "mode": "mode", "uid": "id", "gid": "id", "ports.[]": "port", "if": "condition",
    "paths.[].path": "image path", "files.[].path": "image path", "work-dir": "image path",
    "volumes.[]": "image path", "builds.[].paths.[].path": "build path", "caches.[].path": "build path",
    "builds.[].contents.files.[].path": "build path", "builds.[].work-dir": "build path",
    "pipeline.[].work-dir": "build path", "outputs.[].source": "build path",
    "outputs.[].target": "build path",
    "attestations.[].source": "build path", "includes.[]": "pattern", "excludes.[]": "pattern",
    "files.[].url": "file url", "home-url": "url", "bug-report-url": "url", "dates.url": "url",
    "track.[].url": "url", "checksum": "checksum", "release": "date", "end-of-life": "date",
    "end-of-support": "date", "stop-signal": "signal", "purl": "purl", "track.[].package": "purl",
    "image": "image", "artifacts.[].name": "reference", "tags.[]": "tag", "flavor": "part", "suffix": "part",
    "users.[].name": "account", "groups.[].name": "account", "members.[]": "account", "run-as": "user",
    "contents.packages.[]": "package", "repositories.[]": "repository", "keyring.[]": "keyring",
    "match": "regex", "track.[].set": "variable", "set.[].var": "variable", "increment.[]": "variable",
    "reset.[]": "variable", "secrets.[].env": "environment name", "os-release.id": "os id",
    "os-release.version-codename": "os id", "os-release.id-like": "os ids", "exit-code": "exit code",
    "timeout": "seconds", "commands.[]": "command", "name": "line", "os-release.name": "line",
    "pretty-name": "line", "version-id": "line", "uses": "line", "shell": "line", "predicate-type": "line",
    "secrets.[].id": "line", "runs-as": "user", "destination": "image", "tag_suffix": "part",
    "tag_definition_id": "catalogue path", "id": "line",
}

# Where a shell, or another program, reads the text, so that much of it is not ours to judge.
OTHERS = ("runs", "content", "commands.[]", "entrypoint.[]", "cmd.[]", "environment.*")
# No variables at all.
VERBATIM = ("match",)


def ends(where, ending):
    return where == ending or where.endswith("." + ending)


def kind_of(where):
    fitting = [ending for ending in KINDS if ends(where, ending)]
    return KINDS[max(fitting, key=len)] if fitting else None


EXPRESSIONS = {  # appended to a text, or the text
    "unknown name": "${target.arhc}", "unknown fact": "${target.xyzzy}", "unclosed name": "${target.arch",
    "unclosed expression": '#{ target.arch == "amd64" ? "a" : "b"', "no right side": "#{ target.arch == }",
    "open quote": '#{ target.arch == "amd64 ? 1 }', "half a choice": '#{ target.arch == "amd64" ? "a" }',
    "one equals": '#{ target.arch = "amd64" ? "a" : "b" }', "no condition": '#{ target.arch ? "a" : "b" }',
    "open parenthesis": '#{ (target.arch == "amd64" ? "a" : "b" }', "function": "#{ upper(target.arch) }",
    "unknown name in it": '#{ target.arhc == "amd64" ? "a" : "b" }',
    "unknown variable in it": '#{ definition.vars.XYZZY == "a" ? "a" : "b" }',
    "open regular expression": "${target.arch:(a}", "regular expression without group": "${target.arch:a.}",
}
OURS_ALONE = {  # where a shell reads it, these are its own
    "unknown variable": "${XYZZY}", "empty": "${}", "empty expression": "#{ }", "unclosed mark": "${",
    "begin of an expression dropped": '{ target.arch == "amd64" ? "a" : "b" }',
    "brace too many": '#{ target.arch == "amd64" ? "a" : "b" }}', "nested": "${A${B}}",
    "blank in a name": "${A B}", "unclosed expression mark": "#{ ",
}
