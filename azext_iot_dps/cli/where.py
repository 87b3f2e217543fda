"""--where: the records for which a JMESPath expression holds."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps import exact_json
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.paths import Json

OPTION = "--where"
_EXAMPLES = [
    f"In bash, PowerShell and cmd: {OPTION} \"provisioningStatus == 'disabled'\"",
    f"For a number, in bash and PowerShell: {OPTION} 'initialTwin.tags.floor == `3`'",
]
_NULL = "For a member that not every record has, test it first: member && contains(member, 'text')"
# Characters shown before and after a syntax error.
_BEFORE, _AFTER = 50, 20
# Characters of an expression: the library takes a second for ten thousand.
_LONGEST = 5_000


class Where:
    """A JMESPath expression that holds for a record, or does not: the converter of the option."""

    def __init__(self, expression: str):
        """Raises InvalidArgumentValueError for what is no expression, or is one for a list."""
        if len(expression) > _LONGEST:
            raise _error(f"{OPTION} must not be longer than {_LONGEST:,} characters.", [])
        try:
            self._compiled = _compiled(expression)
        except (ValueError, RecursionError) as error:
            raise _refusal(expression, error) from None
        if expression.lstrip().startswith("[?"):
            raise _error(f"{OPTION} is for a single record, not for a list of them: omit [? and ].", _EXAMPLES)

    def holds(self, record: Json, name: str = "") -> bool:
        """Whether the result is neither false nor null nor an empty string, list or object.

        `name` stands for the record in messages; by default it is the id. Raises InvalidArgumentValueError when the
        expression cannot be applied to the record.
        """
        # functions know the types of Python only
        data = exact_json.plain(record)
        try:
            result = self._compiled.search(data)
        # the library raises whatever Python does, such as TypeError for 'a' < 1
        except Exception as error:
            reason, *advice = _reason(error)
            named = name or _name(record)
            raise _error(f"{OPTION} cannot be applied to {named}: {reason}.", advice) from None
        # 0 holds, though it is equal to False
        return result is not None and result is not False and result not in ("", [], {})


def _compiled(expression: str) -> Any:
    """The expression, of which the functions are checked too.

    Raises ValueError, RecursionError, and InvalidArgumentValueError for what would never hold.
    """
    import jmespath
    from jmespath.exceptions import JMESPathTypeError
    from jmespath.functions import Functions

    compiled: Any = jmespath.compile(expression)
    nodes = [compiled.parsed]
    while nodes:
        node = nodes.pop()
        # the numbers of a slice are no nodes
        nodes += [child for child in node["children"] if isinstance(child, dict)]
        if node["type"] == "subexpression" and node["children"][0]["type"] == "not_expression":
            # the library reads !a.b as (!a).b, which is null
            raise _error(f"{OPTION}: ! needs parentheses before a member of a member: !(a.b) instead of !a.b.", [])
        if node["type"] == "function_expression":
            try:
                Functions().call_function(node["value"], [None] * len(node["children"]))
            except JMESPathTypeError:
                # null is no argument of most functions; their name and number of arguments are right
                continue
    return compiled


def _refusal(expression: str, error: Exception) -> InvalidArgumentValueError:
    from jmespath.exceptions import IncompleteExpressionError, JMESPathError

    if isinstance(error, RecursionError):
        reason = "it is nested too deeply"
    elif not expression.strip():
        return _error(f"{OPTION} must be a JMESPath expression, and not empty.", _EXAMPLES)
    elif isinstance(error, IncompleteExpressionError):
        reason = "it is incomplete"
    elif isinstance(error, JMESPathError):
        reason = str(getattr(error, "message", "") or getattr(error, "msg", "") or error)
    else:
        # an index of thousands of digits
        reason = exact_json.TOO_LARGE
    position = getattr(error, "lex_position", None)
    place, shown = _place(expression, position) if isinstance(position, int) else ("", [])
    return _error(f"{OPTION} must be a JMESPath expression: {place}{reason}.", [*shown, *_EXAMPLES])


def _place(expression: str, position: int) -> tuple[str, list[str]]:
    """Line and column of an error, and the line with a caret below it."""
    start = expression.rfind("\n", 0, position) + 1
    line, column = expression[start:].split("\n")[0], position - start
    number = f"line {expression.count(chr(10), 0, start) + 1}, " if start else ""
    first, last = max(0, column - _BEFORE), column + _AFTER
    head = f"  {'…' * (first > 0)}{line[first:column]}"
    shown = [f"{head}{line[column:last]}{'…' * (last < len(line))}", " " * len(head) + "^"]
    return f"{number}column {column + 1}: ", shown


def _reason(error: Exception) -> list[str]:
    """What went wrong, without the value, which may be a key; and what to do."""
    from jmespath.exceptions import JMESPathTypeError
    from jmespath.functions import TYPES_MAP

    if isinstance(error, JMESPathTypeError):
        # for what a list holds the library has the names of Python
        given = TYPES_MAP.get(error.actual_type, error.actual_type)
        taken = " or ".join(str(kind).replace("-", " of ") for kind in error.expected_types)
        reason = f"{error.function_name}() takes {taken}, not {given}"
        return [reason, _NULL] if given == "null" else [reason]
    if isinstance(error, TypeError):
        return ["it compares a string with a number"]
    return ["it is nested too deeply" if isinstance(error, RecursionError) else str(error)]


def _name(record: Json) -> str:
    ids = [record.get(kind.id_member) for kind in (INDIVIDUAL, GROUP)]
    return next((f"'{id}'" for id in ids if isinstance(id, str)), "a record without an ID")


def _error(message: str, advice: list[str]) -> InvalidArgumentValueError:
    # here, since the command table is loaded without the service client
    from azext_iot_dps.service.redaction import printable

    return InvalidArgumentValueError(printable(message), recommendation=[printable(line) for line in advice])
