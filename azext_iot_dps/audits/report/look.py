"""The style and the script of the page. Both are part of it, and their hashes are what its policy allows."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --text: #1b1f24; --dim: #57606a; --back: #f6f7f9; --card: #fff; --line: #d8dce2;
  --first: #2563eb; --second: #c2680a; --error: #b42318; --warning: #8a5a00; --note: #3a5a8c; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --dim: #a3acb8; --back: #14171b; --card: #1d2127;
  --line: #3a414b; --first: #6ea0ff; --second: #f0a24a; --error: #ff8a80; --warning: #f5c451; --note: #a8c4f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 1rem; color: var(--text); background: var(--back);
  font: 15px/1.45 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
h1 { margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 .5rem; font-size: 1.05rem; }
p { margin: .25rem 0; color: var(--dim); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.sections { columns: 2 28rem; column-gap: .75rem; }
.sections section { break-inside: avoid; margin-bottom: .75rem; }
.tiles div, section { padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; }
.tiles div { display: flex; flex-direction: column; justify-content: space-between; }
.tiles dt { color: var(--dim); font-size: .85rem; }
.tiles dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
dl { margin: 0; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 400; }
thead th { color: var(--dim); font-size: .85rem; vertical-align: bottom; }
.bars th, .bars td { padding: .15rem .25rem; }
.bars tbody th { width: 32%; overflow-wrap: anywhere; }
.bar { width: 48%; }
.number { width: 1%; white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }
.bar svg { display: block; width: 100%; height: .8rem; }
svg .first { fill: var(--first); }
svg .second { fill: var(--second); }
.key { display: inline-block; width: .7em; height: .7em; margin-right: .35em; border-radius: 2px; }
.key.first { background: var(--first); }
.key.second { background: var(--second); }
.bars, .key, svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.findings td, .findings thead th { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere; }
.findings td:nth-child(3) { white-space: nowrap; }
.findings td:nth-child(4) { min-width: 8rem; }
.findings button { all: unset; cursor: pointer; text-decoration: underline dotted; }
.findings button:focus-visible { outline: 2px solid var(--first); }
[aria-sort=ascending] button::after { content: " \\2191"; }
[aria-sort=descending] button::after { content: " \\2193"; }
.error { color: var(--error); font-weight: 600; }
.warning { color: var(--warning); font-weight: 600; }
.note { color: var(--note); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media print, (max-width: 640px) {
  .bars, .bars thead, .bars tbody { display: block; }
  .bars tr { display: grid; grid-template-columns: 1fr 6rem 4.5rem; break-inside: avoid; }
  .bars th, .bars td, .bars tbody th { width: auto; padding: 0; }
  .bars .bar { grid-row: 2; grid-column: 1 / -1; }
  .bars tbody tr { padding: .15rem 0; }
  .bar svg { height: .5rem; }
}
@media (max-width: 640px) {
  body { padding: .5rem; }
  .findings, .findings tbody, .findings thead { display: block; }
  .findings tr { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .4rem 0;
    border-bottom: 1px solid var(--line); }
  .findings td, .findings thead th { padding: 0; border: 0; }
  .findings td:nth-child(n + 4) { flex-basis: 100%; }
  .findings td:nth-child(4) { font-weight: 600; }
}
@media print {
  :root { color-scheme: light; --text: #000; --dim: #444; --back: #fff; --card: #fff; --line: #bbb; --first: #2563eb;
    --second: #c2680a; --error: #b42318; --warning: #8a5a00; --note: #3a5a8c; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .sections { columns: 2; }
  .findings tr { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""

# Without it the findings have the order in which they are.
SCRIPT = """
"use strict";
for (const table of document.querySelectorAll("table.findings")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", turn === 1 ? "ascending" : "descending");
      const rows = [...body.rows].map((row) => [row.cells[column].dataset.key ?? row.cells[column].textContent, row]);
      rows.sort((one, other) => turn * compare(one[0], other[0]));
      body.append(...rows.map((each) => each[1]));
    });
  });
}
"""


def policy() -> str:
    """The Content-Security-Policy of the page: this style and this script, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
