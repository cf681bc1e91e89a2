#include "parsers/script/syntax.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <memory>

#include "absl/container/flat_hash_map.h"

extern "C" const TSLanguage* tree_sitter_python();

namespace onnxcheck::parsers::script {
namespace {

// Error recovery may take long on what is no Python at all.
constexpr std::uint64_t kMaxMicroseconds = 5'000'000;

constexpr std::pair<std::string_view, Syntax> kKinds[] = {
    {"aliased_import", Syntax::kAliasedImport},
    {"argument_list", Syntax::kArgumentList},
    {"as_pattern", Syntax::kAsPattern},
    {"as_pattern_target", Syntax::kAsPatternTarget},
    {"assert_statement", Syntax::kAssert},
    {"assignment", Syntax::kAssignment},
    {"attribute", Syntax::kAttribute},
    {"augmented_assignment", Syntax::kAugmentedAssignment},
    {"await", Syntax::kAwait},
    {"binary_operator", Syntax::kBinaryOperator},
    {"block", Syntax::kBlock},
    {"boolean_operator", Syntax::kBooleanOperator},
    {"break_statement", Syntax::kBreak},
    {"call", Syntax::kCall},
    {"case_clause", Syntax::kCaseClause},
    {"class_definition", Syntax::kClass},
    {"comparison_operator", Syntax::kComparison},
    {"concatenated_string", Syntax::kConcatenatedString},
    {"conditional_expression", Syntax::kConditional},
    {"continue_statement", Syntax::kContinue},
    {"decorated_definition", Syntax::kDecorated},
    {"decorator", Syntax::kDecorator},
    {"default_parameter", Syntax::kDefaultParameter},
    {"delete_statement", Syntax::kDelete},
    {"dictionary", Syntax::kDictionary},
    {"dictionary_comprehension", Syntax::kDictComprehension},
    {"dictionary_splat", Syntax::kDictionarySplat},
    {"dictionary_splat_pattern", Syntax::kDictionarySplatPattern},
    {"dotted_name", Syntax::kDottedName},
    {"elif_clause", Syntax::kElifClause},
    {"else_clause", Syntax::kElseClause},
    {"except_clause", Syntax::kExceptClause},
    {"except_group_clause", Syntax::kExceptClause},
    {"expression_list", Syntax::kExpressionList},
    {"expression_statement", Syntax::kExpressionStatement},
    {"false", Syntax::kFalse},
    {"finally_clause", Syntax::kFinallyClause},
    {"float", Syntax::kFloat},
    {"for_in_clause", Syntax::kForInClause},
    {"for_statement", Syntax::kForStatement},
    {"function_definition", Syntax::kFunction},
    {"future_import_statement", Syntax::kFutureImport},
    {"generator_expression", Syntax::kGeneratorExpression},
    {"global_statement", Syntax::kGlobal},
    {"identifier", Syntax::kIdentifier},
    {"if_clause", Syntax::kIfClause},
    {"if_statement", Syntax::kIf},
    {"import_from_statement", Syntax::kImportFrom},
    {"import_statement", Syntax::kImport},
    {"integer", Syntax::kInteger},
    {"interpolation", Syntax::kInterpolation},
    {"keyword_argument", Syntax::kKeywordArgument},
    {"lambda", Syntax::kLambda},
    {"lambda_parameters", Syntax::kLambdaParameters},
    {"list", Syntax::kList},
    {"list_comprehension", Syntax::kListComprehension},
    {"list_pattern", Syntax::kListPattern},
    {"list_splat", Syntax::kListSplat},
    {"list_splat_pattern", Syntax::kListSplatPattern},
    {"match_statement", Syntax::kMatch},
    {"module", Syntax::kModule},
    {"named_expression", Syntax::kNamedExpression},
    {"none", Syntax::kNoneLiteral},
    {"nonlocal_statement", Syntax::kNonlocal},
    {"not_operator", Syntax::kNotOperator},
    {"pair", Syntax::kPair},
    {"parameters", Syntax::kParameters},
    {"parenthesized_expression", Syntax::kParenthesized},
    {"pattern_list", Syntax::kPatternList},
    {"print_statement", Syntax::kPrint},
    {"raise_statement", Syntax::kRaise},
    {"relative_import", Syntax::kRelativeImport},
    {"return_statement", Syntax::kReturn},
    {"set", Syntax::kSet},
    {"set_comprehension", Syntax::kSetComprehension},
    {"slice", Syntax::kSlice},
    {"string", Syntax::kString},
    {"subscript", Syntax::kSubscript},
    {"true", Syntax::kTrue},
    {"try_statement", Syntax::kTry},
    {"tuple", Syntax::kTuple},
    {"tuple_pattern", Syntax::kTuplePattern},
    {"typed_default_parameter", Syntax::kTypedDefaultParameter},
    {"typed_parameter", Syntax::kTypedParameter},
    {"unary_operator", Syntax::kUnaryOperator},
    {"while_statement", Syntax::kWhile},
    {"wildcard_import", Syntax::kWildcardImport},
    {"with_clause", Syntax::kWithClause},
    {"with_item", Syntax::kWithItem},
    {"with_statement", Syntax::kWith},
    {"yield", Syntax::kYield},
};

constexpr std::pair<std::string_view, Field> kFields[] = {
    {"alias", Field::kAlias},
    {"alternative", Field::kAlternative},
    {"argument", Field::kArgument},
    {"arguments", Field::kArguments},
    {"attribute", Field::kAttribute},
    {"body", Field::kBody},
    {"condition", Field::kCondition},
    {"consequence", Field::kConsequence},
    {"definition", Field::kDefinition},
    {"function", Field::kFunction},
    {"guard", Field::kGuard},
    {"key", Field::kKey},
    {"left", Field::kLeft},
    {"module_name", Field::kModuleName},
    {"name", Field::kName},
    {"object", Field::kObject},
    {"operator", Field::kOperator},
    {"operators", Field::kOperators},
    {"parameters", Field::kParameters},
    {"right", Field::kRight},
    {"subject", Field::kSubject},
    {"subscript", Field::kSubscript},
    {"superclasses", Field::kSuperclasses},
    {"type", Field::kType},
    {"value", Field::kValue},
};

// tree-sitter's numbers to ours.
struct Numbers {
  std::vector<Syntax> kinds;
  std::vector<Field> fields;
  TSSymbol comment = 0;
  TSSymbol continuation = 0;
};

const Numbers& Table() {
  static const Numbers* const table = [] {
    const TSLanguage* language = tree_sitter_python();
    const absl::flat_hash_map<std::string_view, Syntax> kinds(std::begin(kKinds), std::end(kKinds));
    const absl::flat_hash_map<std::string_view, Field> fields(std::begin(kFields),
                                                              std::end(kFields));
    auto* built = new Numbers;
    const std::uint32_t symbols = ts_language_symbol_count(language);
    for (std::uint32_t i = 0; i < symbols; ++i) {
      const auto symbol = static_cast<TSSymbol>(i);
      const std::string_view name = ts_language_symbol_name(language, symbol);
      const bool named = ts_language_symbol_type(language, symbol) == TSSymbolTypeRegular;
      const auto found = kinds.find(name);
      built->kinds.push_back(!named                 ? Syntax::kToken
                             : found == kinds.end() ? Syntax::kOther
                                                    : found->second);
    }
    built->fields.push_back(Field::kNoField);
    for (std::uint32_t i = 1; i <= ts_language_field_count(language); ++i) {
      const auto found =
          fields.find(ts_language_field_name_for_id(language, static_cast<TSFieldId>(i)));
      built->fields.push_back(found == fields.end() ? Field::kNoField : found->second);
    }
    built->comment = ts_language_symbol_for_name(language, "comment", 7, true);
    built->continuation = ts_language_symbol_for_name(language, "line_continuation", 17, true);
    return built;
  }();
  return *table;
}

struct FreeParser {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};
struct FreeTree {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};

Syntax KindOf(const TSNode& node) {
  if (ts_node_is_missing(node)) return Syntax::kMissing;
  const TSSymbol symbol = ts_node_symbol(node);
  const Numbers& table = Table();
  // The symbol of an error is none of the language's.
  if (symbol >= table.kinds.size()) return Syntax::kError;
  return table.kinds[symbol];
}

bool IsKept(const TSNode& node, Syntax kind, Field field) {
  if (kind == Syntax::kToken) return field == Field::kOperator || field == Field::kOperators;
  const TSSymbol symbol = ts_node_symbol(node);
  return symbol != Table().comment && symbol != Table().continuation;
}

// Copies the tree that the cursor stands at the root of, without tokens and comments. Iterative:
// the depth is the input's.
void Copy(TSTreeCursor& cursor, Tree& tree) {
  struct Open {
    NodeId node = 0;
    NodeId last_child = 0;
  };
  std::vector<Open> open;
  tree.nodes.emplace_back();
  while (true) {
    const TSNode from = ts_tree_cursor_current_node(&cursor);
    const TSFieldId number = ts_tree_cursor_current_field_id(&cursor);
    const Field field = number < Table().fields.size() ? Table().fields[number] : Field::kNoField;
    const Syntax kind = KindOf(from);
    const bool kept = IsKept(from, kind, field);
    if (kept) {
      if (tree.nodes.size() >= kMaxNodes) {
        tree.cut = true;
        return;
      }
      const auto id = static_cast<NodeId>(tree.nodes.size());
      const TSPoint start = ts_node_start_point(from);
      Node& node = tree.nodes.emplace_back();
      node.kind = kind;
      node.field = field;
      node.begin = ts_node_start_byte(from);
      node.end = ts_node_end_byte(from);
      node.line = start.row + 1;
      node.column = start.column + 1;
      if ((kind == Syntax::kError || kind == Syntax::kMissing) && tree.errors.size() < kMaxErrors) {
        tree.errors.push_back(id);
      }
      if (!open.empty()) {
        Open& parent = open.back();
        (parent.last_child == 0 ? tree.nodes[parent.node].first_child
                                : tree.nodes[parent.last_child].next) = id;
        parent.last_child = id;
      }
      if (ts_tree_cursor_goto_first_child(&cursor)) {
        open.push_back({id, 0});
        continue;
      }
    }
    while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
      if (open.empty() || !ts_tree_cursor_goto_parent(&cursor)) return;
      open.pop_back();
      if (open.empty()) return;
    }
  }
}

}  // namespace

Tree Parse(std::string_view text) {
  Tree tree;
  tree.text = text;
  const std::unique_ptr<TSParser, FreeParser> parser(ts_parser_new());
  if (!parser || !ts_parser_set_language(parser.get(), tree_sitter_python())) return tree;
  ts_parser_set_timeout_micros(parser.get(), kMaxMicroseconds);
  const std::unique_ptr<TSTree, FreeTree> parsed(ts_parser_parse_string(
      parser.get(), nullptr, text.data(), static_cast<std::uint32_t>(text.size())));
  if (!parsed) {
    tree.cut = true;
    return tree;
  }
  TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(parsed.get()));
  Copy(cursor, tree);
  ts_tree_cursor_delete(&cursor);
  return tree;
}

NodeId Child(const Tree& tree, NodeId node, Field field) {
  for (NodeId child = tree.nodes[node].first_child; child != 0; child = tree.nodes[child].next) {
    if (tree.nodes[child].field == field) return child;
  }
  return 0;
}

NodeId FirstChild(const Tree& tree, NodeId node) { return tree.nodes[node].first_child; }

std::string_view Text(const Tree& tree, NodeId node) {
  return tree.text.substr(tree.nodes[node].begin, tree.nodes[node].end - tree.nodes[node].begin);
}

}  // namespace onnxcheck::parsers::script
