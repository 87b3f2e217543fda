"""Named members merged into a stored record: all other members keep their values."""

from __future__ import annotations

from collections.abc import Iterable

from azext_iot_dps.exact_json import same
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.record.schema import Tree


def merged(named: Json, stored: Json, tree: Tree) -> Json:
    """`stored` with the named members set; null removes a member.

    Objects of the service's own merge member by member, as the schema's tree nests them; every other value, a twin's
    tags for example, replaces the stored one as a whole. An object that a removal leaves empty is removed too.
    """
    result = dict(stored)
    for name, value in named.items():
        node = tree.get(name)
        if value is None:
            result.pop(name, None)
        elif isinstance(node, dict) and isinstance(value, dict):
            before = as_object(stored.get(name))
            after = merged(value, before, node)
            if after:
                result[name] = after
            elif before:
                del result[name]
        else:
            result[name] = value
    return result


def holds(named: Json, stored: Json, tree: Tree) -> bool:
    """Whether the named members are stored as they are named, so that `merged` would change nothing."""
    for name, value in named.items():
        node, before = tree.get(name), stored.get(name)
        if value is None:
            if name in stored:
                return False
        elif isinstance(node, dict) and isinstance(value, dict) and isinstance(before, dict):
            if not holds(value, before, node):
                return False
        elif not same(value, before):
            return False
    return True


def opened(tree: Tree, paths: Iterable[str]) -> Tree:
    """The tree with the objects at these paths opened: they merge member by member, too."""
    for path in paths:
        name, _, rest = path.partition(".")
        tree = {**tree, name: opened(tree[name], [rest]) if rest else {}}
    return tree
