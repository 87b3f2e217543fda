"""What is checked in a text: vocabulary, the length of sentences, spelling."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.words.text import Finding, Kind, Text, without_code

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
# Words of a sentence in help and messages.
LONGEST = 35
# Names and words that codespell takes for misspellings.
CORRECT = ("aks", "ans", "ot")


@dataclass(frozen=True)
class Rule:
    """An expression that must not be used, and what to write instead."""

    name: str
    find: re.Pattern[str]
    write: str
    kinds: frozenset[Kind]
    skip: tuple[str, ...]

    def applies_to(self, text: Text) -> bool:
        return text.kind in self.kinds and not text.path.startswith(self.skip)


def vocabulary() -> list[Rule]:
    """The rules of vocabulary.toml."""
    entries = tomllib.loads((HERE / "vocabulary.toml").read_text(encoding="utf-8"))
    return [
        Rule(
            name,
            re.compile(entry["find"].replace(" ", r"\s+"), re.IGNORECASE),
            entry["write"] + (f" ({entry['why']})" if "why" in entry else ""),
            frozenset(map(Kind, entry["kinds"])) if "kinds" in entry else frozenset(Kind),
            tuple(entry.get("skip", ())),
        )
        for name, entry in entries.items()
    ]


def reference() -> list[re.Pattern[str]]:
    """The sentences of the public reference, which stay as they are."""
    lines = (HERE / "reference.txt").read_text(encoding="utf-8").splitlines()
    sentences = (line for line in lines if line and not line.startswith("#"))
    return [re.compile(r"\s+".join(map(re.escape, without_code(sentence).split()))) for sentence in sentences]


def wording(texts: Iterable[Text]) -> Iterator[Finding]:
    """Expressions that the vocabulary replaces, and sentences that are too long."""
    rules, known = vocabulary(), reference()
    for text in texts:
        content = _plain(text, known)
        for rule in rules:
            for match in rule.find.finditer(content) if rule.applies_to(text) else ():
                yield _finding(text, rule.name, match[0], rule.write)
        if text.sentences:
            yield from _long_sentences(text, content)


def spelling(texts: Iterable[Text]) -> Iterator[Finding]:
    """What codespell finds; each text is a line of its input."""
    read = list(texts)
    command = [sys.executable, "-m", "codespell_lib", "--ignore-words-list", ",".join(CORRECT), "-"]
    lines = "".join(" ".join(without_code(text.content).split()) + "\n" for text in read)
    done = subprocess.run(command, check=False, input=lines, capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in (0, 65):
        raise RuntimeError(f"codespell failed: {done.stderr}")
    number = 0
    for line in done.stdout.splitlines():
        heading = re.match(r"(\d+): ", line)
        if heading:
            number = int(heading[1])
        elif "==>" in line:
            wrong, right = (part.strip() for part in line.split("==>", 1))
            yield _finding(read[number - 1], "spelling", wrong, right)


def _plain(text: Text, known: list[re.Pattern[str]]) -> str:
    content = without_code(text.content)
    if text.kind in (Kind.HELP, Kind.MESSAGE):
        for sentence in known:
            content = sentence.sub("·", content)
    return content


def _finding(text: Text, rule: str, found: str, write: str) -> Finding:
    return Finding(text.path, text.line_of(found), rule, " ".join(found.split()), write)


def _long_sentences(text: Text, content: str) -> Iterator[Finding]:
    for sentence in re.split(r"(?<=[.!?;])['\")]*\s+|\n\s*\n|\n(?=\s*[-*] )", content):
        count = len(re.findall(r"[A-Za-z0-9{][^\s]*", sentence))
        if count > LONGEST:
            start = " ".join(sentence.split()[:6])
            yield _finding(text, "long-sentence", start, f"at most {LONGEST} words a sentence, here {count}")
