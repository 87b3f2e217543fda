"""Texts of Python files: docstrings, comments, and string literals of several words."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tools.words.text import Kind, Text

_PROSE = re.compile(r"[A-Za-z]{2,}[,:;]? +[A-Za-z]{2,}|[a-z] [a-z]+$")
_SQL = re.compile(r"(SELECT|INSERT|REPLACE|UPDATE|DELETE|CREATE|DROP|PRAGMA) ")
# Calls whose string arguments are messages in whole sentences.
_REPORTS = re.compile(
    r"(Error|Violation|Invalid|invalid|Note|fault|warning|warn|info|error|debug|critical|set_recommendation)$"
)
_KEYWORDS = ("recommendation", "advice", "reason", "help")
_BLOCK = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def texts(path: str, code: str, is_test: bool = False) -> Iterator[Text]:
    """Docstrings, comments and literals of a file; of a test only its docstrings."""
    lines = code.splitlines()
    tree = ast.parse(code, path)
    docstrings = dict(_docstrings(tree))
    for node in docstrings.values():
        yield _text(path, lines, node, Kind.DOCSTRING, str(node.value))
    if is_test:
        return
    yield from _comments(path, code, lines)
    sentences = set(_reported(tree))
    for literal in _literals(tree):
        content = _content(literal)
        if literal not in docstrings.values() and _PROSE.search(content) and not _SQL.match(content):
            yield _text(path, lines, literal, Kind.MESSAGE, content, literal in sentences)


def _text(path: str, lines: list[str], node: ast.expr, kind: Kind, content: str, sentences: bool = False) -> Text:
    end = node.end_lineno or node.lineno
    return Text(path, node.lineno, kind, content, tuple(lines[node.lineno - 1 : end]), sentences)


def _docstrings(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Constant]]:
    for node in ast.walk(tree):
        if not isinstance(node, _BLOCK) or not node.body:
            continue
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            yield node, first.value


def _literals(tree: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The outermost string literals: an f-string is one text, its parts are none."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr):
            yield node
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _literals(part)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node
        else:
            yield from _literals(node)


def _reported(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if _REPORTS.search(name):
            yield from node.args
        yield from (keyword.value for keyword in node.keywords if keyword.arg in _KEYWORDS)


def _content(literal: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(literal, ast.Constant):
        return str(literal.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in literal.values)


def _comments(path: str, code: str, lines: list[str]) -> Iterator[Text]:
    """Comments on successive lines are one text."""
    block: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        own_line = lines[line - 1].lstrip().startswith("#")
        if block and not (own_line and line == block[-1][0] + 1):
            yield _comment(path, lines, block)
            block = []
        block.append((line, token.string.lstrip("#: ")))
    if block:
        yield _comment(path, lines, block)


def _comment(path: str, lines: list[str], block: list[tuple[int, str]]) -> Text:
    first, last = block[0][0], block[-1][0]
    content = "\n".join(text for _, text in block if not text.startswith(("noqa", "type:", "words:")))
    return Text(path, first, Kind.COMMENT, content, tuple(lines[first - 1 : last]))
