// Python's grammar, through tree-sitter: bytes to a flat tree. Nothing else here sees tree-sitter.
#ifndef ONNXCHECK_PARSERS_SCRIPT_SYNTAX_H_
#define ONNXCHECK_PARSERS_SCRIPT_SYNTAX_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace onnxcheck::parsers::script {

// Named nodes of tree-sitter-python that the walk knows; its own spelling is in syntax.cc.
enum class Syntax : std::uint8_t {
  kOther,
  kToken,  // an operator or a keyword that has a field
  kError,
  kMissing,  // what the parser put in to go on
  kAliasedImport,
  kArgumentList,
  kAsPattern,
  kAsPatternTarget,
  kAssert,
  kAssignment,
  kAttribute,
  kAugmentedAssignment,
  kAwait,
  kBinaryOperator,
  kBlock,
  kBooleanOperator,
  kBreak,
  kCall,
  kCaseClause,
  kClass,
  kComparison,
  kConcatenatedString,
  kConditional,
  kContinue,
  kDecorated,
  kDecorator,
  kDefaultParameter,
  kDelete,
  kDictComprehension,
  kDictionary,
  kDictionarySplat,
  kDictionarySplatPattern,
  kDottedName,
  kElifClause,
  kElseClause,
  kExceptClause,
  kExpressionList,
  kExpressionStatement,
  kFalse,
  kFinallyClause,
  kFloat,
  kForInClause,
  kForStatement,
  kFunction,
  kFutureImport,
  kGeneratorExpression,
  kGlobal,
  kIdentifier,
  kIf,
  kIfClause,
  kImport,
  kImportFrom,
  kInteger,
  kInterpolation,
  kKeywordArgument,
  kLambda,
  kLambdaParameters,
  kList,
  kListComprehension,
  kListPattern,
  kListSplat,
  kListSplatPattern,
  kMatch,
  kModule,
  kNamedExpression,
  kNoneLiteral,
  kNonlocal,
  kNotOperator,
  kPair,
  kParameters,
  kParenthesized,
  kPatternList,
  kPrint,
  kRaise,
  kRelativeImport,
  kReturn,
  kSet,
  kSetComprehension,
  kSlice,
  kString,
  kSubscript,
  kTrue,
  kTry,
  kTuple,
  kTuplePattern,
  kTypedDefaultParameter,
  kTypedParameter,
  kUnaryOperator,
  kWhile,
  kWildcardImport,
  kWith,
  kWithClause,
  kWithItem,
  kYield,
};

enum class Field : std::uint8_t {
  kNoField,
  kAlias,
  kAlternative,
  kArgument,
  kArguments,
  kAttribute,
  kBody,
  kCondition,
  kConsequence,
  kDefinition,
  kFunction,
  kGuard,
  kKey,
  kLeft,
  kModuleName,
  kName,
  kObject,
  kOperator,
  kOperators,
  kParameters,
  kRight,
  kSubject,
  kSubscript,
  kSuperclasses,
  kType,
  kValue,
};

using NodeId = std::uint32_t;  // 0: there is none

struct Node {
  Syntax kind = Syntax::kOther;
  Field field = Field::kNoField;
  std::uint32_t begin = 0, end = 0;    // bytes
  std::uint32_t line = 0, column = 0;  // 1-based, of begin
  NodeId first_child = 0;
  NodeId next = 0;  // sibling
};

struct Tree {
  std::string_view text;
  std::vector<Node> nodes;     // [0] is no node, [1] the module; empty if nothing could be parsed
  bool cut = false;            // more than kMaxNodes, or parsing took too long
  std::vector<NodeId> errors;  // kError and kMissing, the first kMaxErrors
};

inline constexpr std::size_t kMaxScriptBytes = 4u << 20;
inline constexpr std::size_t kMaxNodes = 2'000'000;
inline constexpr std::size_t kMaxErrors = 1000;

// `text` must outlive the tree and is no longer than kMaxScriptBytes.
Tree Parse(std::string_view text);

// The first child with the field; 0 if there is none.
NodeId Child(const Tree& tree, NodeId node, Field field);
// The first child of any kind but comments; 0 if there is none.
NodeId FirstChild(const Tree& tree, NodeId node);
std::string_view Text(const Tree& tree, NodeId node);

}  // namespace onnxcheck::parsers::script

#endif  // ONNXCHECK_PARSERS_SCRIPT_SYNTAX_H_
