// The reader: yaml-cpp's events, collected into a tree under limits.
//
// This is the one file that meets yaml-cpp and its exceptions. Its event interface is used, not its
// nodes, because an alias is an event there: we decide what its expansion may cost.
//
// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <streambuf>
#include <unordered_set>

#include "base/yaml_scalar.h"

namespace hauberk {
namespace {

// The text as a stream, without a copy.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // the get area is never written to
    setg(begin, begin, begin + text.size());
  }
};

TextPosition position_of(const YAML::Mark& mark) {
  return {static_cast<std::size_t>(std::max(mark.line, 0)) + 1,
          static_cast<std::size_t>(std::max(mark.column, 0)) + 1};
}

// What a finished, anchored node costs when an alias repeats it.
struct Anchored {
  YamlNode node;
  std::size_t nodes = 0;
  std::size_t bytes = 0;
  std::size_t depth = 0;
};

struct Frame {
  YamlNode node;
  std::string key;
  TextPosition key_at;
  bool has_key = false;
  bool is_flow = false;
  YAML::anchor_t anchor = YAML::NullAnchor;
  std::size_t nodes_before = 0;
  std::size_t bytes_before = 0;
  std::size_t height = 0;  // levels below this node
  std::unordered_set<std::string> keys;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, const YamlLimits& limits) : text_(text), limits_(limits) {}

  YamlNode take() { return root_ ? std::move(*root_) : YamlNode{}; }
  bool limit_exceeded() const { return limit_exceeded_; }

  // The outermost list or mapping in [] or {} that has not ended.
  std::optional<TextPosition> open_flow() const {
    const auto frame = std::find_if(stack_.begin(), stack_.end(), [](const Frame& f) { return f.is_flow; });
    return frame == stack_.end() ? std::nullopt : std::optional(frame->node.at);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_) stop(mark, "a second document begins here; one file holds one document");
    started_ = true;
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark&, const std::string&) override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    count(mark, 0);
    YamlNode node;
    node.at = position_of(mark);
    // An empty value is reported at the token after it; where its key stands is what a reader expects.
    if (!stack_.empty() && stack_.back().has_key && node.at.line != stack_.back().key_at.line) {
      node.at = stack_.back().key_at;
    }
    if (!stack_.empty() && stack_.back().node.kind == YamlNode::Kind::sequence) node.at = hyphen_before(mark);
    if (expects_key()) stop(mark, "a key is missing before ':'");
    if (anchor != YAML::NullAnchor) remember(anchor, node, 1, 0, 0);
    add(mark, std::move(node), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool is_text = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!is_text && tag != "?" && !tag.empty()) refuse_tag(mark, tag);
    count(mark, value.size());
    if (is_text) check_closing_quote(mark);
    if (expects_key()) {
      Frame& frame = stack_.back();
      if (!frame.keys.insert(value).second) {
        stop(mark, fmt::format("the key \"{}\" is here for the second time", value));
      }
      frame.key = value;
      frame.key_at = position_of(mark);
      frame.has_key = true;
      if (anchor != YAML::NullAnchor) stop(mark, "a key cannot carry an anchor");
      return;
    }
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.at = position_of(mark);
    node.scalar = value;
    node.quoted = is_text;
    if (is_text) find_block(mark, node);
    if (anchor != YAML::NullAnchor) remember(anchor, node, 1, value.size(), 0);
    add(mark, std::move(node), 0);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (expects_key()) stop(mark, "a key must be a plain word, not an alias");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) stop(mark, "an alias cannot stand inside the node that it names");
    const Anchored& target = found->second;
    if (stack_.size() + target.depth > limits_.depth) too_much(mark, "too deep", limits_.depth, "levels");
    charge(mark, target.nodes, target.bytes);
    add(mark, target.node, target.depth);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, YamlNode::Kind::sequence, style);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, YamlNode::Kind::mapping, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  // An empty item is reported at the token after it as well: where its "-" stands, if only blanks follow.
  TextPosition hyphen_before(const YAML::Mark& mark) const {
    TextPosition at = position_of(mark);
    const std::size_t end = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
    const std::string_view before = text_.substr(0, end);
    const std::size_t hyphen = before.find_last_not_of(" \t\r\n");
    if (hyphen == std::string_view::npos || before[hyphen] != '-') return at;
    const auto breaks = std::count(before.begin() + static_cast<std::ptrdiff_t>(hyphen), before.end(), '\n');
    if (breaks == 0) return at;
    const std::size_t line_break = before.rfind('\n', hyphen);
    at.line -= static_cast<std::size_t>(breaks);
    at.column = line_break == std::string_view::npos ? hyphen + 1 : hyphen - line_break;
    return at;
  }

  // Whether the scalar is a "|" block, and how far its lines are indented.
  void find_block(const YAML::Mark& mark, YamlNode& node) const {
    const std::size_t at = static_cast<std::size_t>(std::max(mark.pos, 0));
    if (at >= text_.size() || text_[at] != '|') return;
    node.is_literal = true;
    std::size_t line = text_.find('\n', at);
    while (line != std::string_view::npos) {
      const std::size_t begin = line + 1;
      const std::size_t first = std::min(text_.find_first_not_of(' ', begin), text_.size());
      if (first < text_.size() && text_[first] != '\n' && text_[first] != '\r') {
        node.indent = first - begin;
        return;
      }
      line = text_.find('\n', begin);
    }
  }

  // An event handler can end the parsing in one way only: with the exception that yaml-cpp itself throws.
  [[noreturn]] void stop(const YAML::Mark& mark, const std::string& message) {
    throw YAML::ParserException(mark, message);
  }

  [[noreturn]] void too_much(const YAML::Mark& mark, std::string_view what, std::size_t limit,
                             std::string_view unit) {
    limit_exceeded_ = true;
    stop(mark,
         fmt::format("the text is {} here (with aliases expanded); the limit is {} {}", what, limit, unit));
  }

  [[noreturn]] void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.starts_with('!') && tag.size() > 1) {
      stop(mark, fmt::format("{} without quotes is a YAML tag; write '{}'", tag, tag));
    }
    stop(mark, fmt::format("the YAML tag {} is not supported; leave it out", tag));
  }

  bool expects_key() const {
    return !stack_.empty() && stack_.back().node.kind == YamlNode::Kind::mapping && !stack_.back().has_key;
  }

  void charge(const YAML::Mark& mark, std::size_t nodes, std::size_t bytes) {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ > limits_.nodes) too_much(mark, "too large", limits_.nodes, "nodes");
    if (bytes_ > 4 * limits_.size_bytes) too_much(mark, "too large", 4 * limits_.size_bytes, "bytes");
  }

  void count(const YAML::Mark& mark, std::size_t bytes) { charge(mark, 1, bytes); }

  // Anchored nodes are kept as copies, so they count once more.
  void remember(YAML::anchor_t anchor, const YamlNode& node, std::size_t nodes, std::size_t bytes,
                std::size_t depth) {
    YAML::Mark mark;
    mark.line = static_cast<int>(node.at.line) - 1;
    mark.column = static_cast<int>(node.at.column) - 1;
    charge(mark, nodes, bytes);
    anchors_[anchor] = Anchored{node, nodes, bytes, depth};
  }

  // yaml-cpp takes a quoted scalar for ended where a line is indented less, closing quote or not, and so
  // would read what follows a forgotten quote as if nothing were wrong.
  void check_closing_quote(const YAML::Mark& mark) {
    std::size_t at = static_cast<std::size_t>(std::max(mark.pos, 0));
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {  // an anchor or tag before it
      at = std::min(text_.find_first_of(" \n", at), text_.size());
      at = std::min(text_.find_first_not_of(" \n", at), text_.size());
    }
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return;
    const bool in_flow =
        std::any_of(stack_.begin(), stack_.end(), [](const Frame& frame) { return frame.is_flow; });
    const std::size_t least_column = stack_.empty() || in_flow ? 0 : stack_.back().node.at.column;
    if (!has_closing_quote(text_.substr(at), least_column))
      stop(mark, "a quote is opened here and never closed");
  }

  // `text` begins with a quote; lines after the first have at least `indent` blanks before their text.
  static bool has_closing_quote(std::string_view text, std::size_t indent) {
    const char quote = text[0];
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '\\' && quote == '"') {
        ++i;
      } else if (text[i] == quote) {
        if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return true;
        ++i;
      }
      if (i >= text.size() || text[i] != '\n') continue;
      const std::size_t next = text.find_first_not_of(" \t\r", i + 1);
      if (next == std::string_view::npos) return false;
      if (text[next] != '\n' && next - i - 1 < indent) return false;
    }
    return false;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind,
            YAML::EmitterStyle::value style) {
    if (!tag.empty() && tag != "?" && tag != "!") refuse_tag(mark, tag);
    if (expects_key()) stop(mark, "a key must be a plain word, not a list or mapping");
    if (stack_.size() >= limits_.depth) too_much(mark, "too deep", limits_.depth, "levels");
    Frame frame;
    frame.nodes_before = nodes_;
    frame.bytes_before = bytes_;
    count(mark, 0);
    frame.node.kind = kind;
    frame.node.at = position_of(mark);
    frame.anchor = anchor;
    frame.is_flow = style == YAML::EmitterStyle::Flow;
    stack_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    const std::size_t height = frame.height + 1;
    if (frame.anchor != YAML::NullAnchor) {
      remember(frame.anchor, frame.node, nodes_ - frame.nodes_before, bytes_ - frame.bytes_before, height);
    }
    YAML::Mark mark;
    mark.line = static_cast<int>(frame.node.at.line) - 1;
    mark.column = static_cast<int>(frame.node.at.column) - 1;
    add(mark, std::move(frame.node), height);
  }

  void add(const YAML::Mark& mark, YamlNode node, std::size_t height) {
    if (stack_.empty()) {
      if (root_) stop(mark, "there is more after the end of the document");
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    frame.height = std::max(frame.height, height);
    if (frame.node.kind == YamlNode::Kind::sequence) {
      frame.node.items.push_back(std::move(node));
    } else {
      frame.node.members.push_back({std::move(frame.key), frame.key_at, std::move(node)});
      frame.has_key = false;
    }
  }

  const std::string_view text_;
  const YamlLimits limits_;
  std::optional<YamlNode> root_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
  bool started_ = false;
  bool limit_exceeded_ = false;
};

// The place of the first byte that cannot be in a YAML text: not UTF-8, or a control character.
std::optional<TextPosition> first_bad_byte(std::string_view text) {
  TextPosition at;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    if (length == 0 || (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f) {
      return at;
    }
    if (byte == '\n') {
      ++at.line;
      at.column = 1;
    } else {
      at.column += length;
    }
    i += length;
  }
  return std::nullopt;
}

// Where a ':' cannot stand, "key:value" on the line before may be the cause: without a blank it is the
// begin of a text that goes on.
std::optional<TextPosition> colon_without_blank(std::string_view text, const YAML::Mark& mark) {
  std::size_t end = text.rfind('\n', static_cast<std::size_t>(std::max(mark.pos, 0)));
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::size_t begin = text.rfind('\n', end - 1) + 1;  // the position of none is -1
  const std::string_view line = text.substr(begin, end - begin);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon + 1 >= line.size() ||
      line.find(": ") != std::string_view::npos)
    return std::nullopt;
  return TextPosition{static_cast<std::size_t>(std::max(mark.line, 1)), colon + 1};
}

// yaml-cpp's wording, where a plainer one helps.
std::string plain_words(const std::string& message) {
  if (message == "illegal EOF in scalar") return "a quote is opened and never closed";
  if (message.starts_with("end of sequence flow not found")) return "a '[' is opened and never closed";
  if (message.starts_with("end of map flow not found")) return "a '{' is opened and never closed";
  if (message.starts_with("the referenced anchor is not defined")) return "there is no anchor of this name";
  if (message == "illegal map value") {
    return "a ':' cannot stand here; indent the line as its neighbours, or quote the text";
  }
  return message;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view YamlNode::type_name() const {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::sequence: return "list";
    case Kind::mapping: return "mapping";
    case Kind::scalar: break;
  }
  return quoted ? "string" : plain_scalar_type(scalar);
}

Result<YamlNode> parse_yaml(std::string_view text, std::string_view file, const YamlLimits& limits) {
  if (text.size() > limits.size_bytes) {
    return fail_at(file, {},
                   fmt::format("the text has more than {} bytes, which is the limit", limits.size_bytes),
                   ErrorKind::limit_exceeded);
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (const auto at = first_bad_byte(text)) {
    return fail_at(file, *at, "this byte cannot be in a YAML file; save it as UTF-8 text");
  }
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  TreeBuilder builder(text, limits);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {}
    return builder.take();
  } catch (const YAML::Exception& e) {
    const auto kind = builder.limit_exceeded() ? ErrorKind::limit_exceeded : ErrorKind::invalid_input;
    const bool is_open = e.msg.starts_with("end of sequence flow") || e.msg.starts_with("end of map flow");
    if (e.msg == "illegal map value") {
      if (const auto colon = colon_without_blank(text, e.mark))
        return fail_at(file, *colon, "a ':' needs a blank behind it");
    }
    const TextPosition at = is_open ? builder.open_flow().value_or(position_of(e.mark)) : position_of(e.mark);
    return fail_at(file, at, plain_words(e.msg), kind);
  } catch (const std::exception& e) {
    return fail_at(file, {}, fmt::format("cannot read the YAML: {}", e.what()));
  }
}

std::unexpected<Error> fail_at(std::string_view file, const TextPosition& at, std::string_view message,
                               ErrorKind kind) {
  return fail(kind, "{}:{}:{}: {}", file, at.line, at.column, message);
}

}  // namespace hauberk
