"""Reads YAML and remembers where each value stood. *Pure*."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from centers.exceptions import FileProblem, ImportFileError

# Nested aliases can stand for billions of values in a few lines.
MOST_VALUES = 200_000
DEEPEST = 20

Path = tuple[str | int, ...]
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """Plain data, where each value and key stood (line and column from 1), and keys that stood twice."""

    data: Any
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    problems: tuple[FileProblem, ...] = ()

    def position(self, path: Path) -> Position:
        """Where the value at `path` stands, or else the nearest one around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def key_position(self, path: Path) -> Position:
        """Where the key of the value at `path` stands."""
        return self.keys.get(path) or self.position(path)


def read_yaml(text: str) -> YamlDocument:
    """Read one YAML document. Raises ImportFileError when `text` is no YAML."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return YamlDocument(None) if node is None else _Reader(loader).read(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = _("This is not YAML: %(problem)s.") % {"problem": error.problem or error.context}
        raise ImportFileError([FileProblem(line, column, message)]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ImportFileError([FileProblem(line, 1, _("A character here is not allowed in YAML."))]) from error


class _Loader(yaml.SafeLoader):
    """The loader of `yaml.safe_load`, which makes plain values only, with limits on what it puts together."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._nodes = 0
        self._merged = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Stops before deep nesting exhausts the stack, and a long file the memory."""
        self._nodes += 1
        self._depth += 1
        # Keys are nodes too.
        if self._depth > DEEPEST + 1 or self._nodes > 2 * MOST_VALUES:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise _too_much(mark.line + 1, mark.column + 1)
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        if isinstance(node, yaml.ScalarNode) and not _is_text(node.value):
            raise ImportFileError([FileProblem(*_position(node), _("A character here is not allowed in YAML."))])
        return node

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Stops merge keys that multiply: a mapping that merges another nine times has nine times its pairs."""
        super().flatten_mapping(node)
        self._merged += len(node.value)
        if self._merged > MOST_VALUES:
            raise _too_much(*_position(node))


class _Reader:
    """Walks the nodes of one document."""

    def __init__(self, loader: _Loader) -> None:
        self._loader = loader
        self._values: dict[Path, Position] = {}
        self._keys: dict[Path, Position] = {}
        self._problems: list[FileProblem] = []

    def read(self, node: yaml.Node) -> YamlDocument:
        data = self._value(node, ())
        return YamlDocument(data, self._values, self._keys, tuple(self._problems))

    def _value(self, node: yaml.Node, path: Path) -> Any:
        if len(path) > DEEPEST or len(self._values) >= MOST_VALUES:
            line, column = _position(node)
            raise _too_much(line, column)
        self._values[path] = _position(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._plain(node)

    def _plain(self, node: yaml.Node) -> Any:
        try:
            return self._loader.construct_object(node, deep=True)
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            # PyYAML trusts a tag such as !!int and says whatever Python says to a text that is none.
            message = _("A value is not what YAML says it is, such as a date.")
            raise ImportFileError([FileProblem(*_position(node), message)]) from error

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _value_node in node.value:
            if isinstance(key_node, yaml.ScalarNode) and key_node.value in seen:
                message = _("The key %(key)s stands here a second time.") % {"key": key_node.value}
                self._problems.append(FileProblem(*_position(key_node), message))
            seen.add(str(key_node.value))
        self._loader.flatten_mapping(node)
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self._plain(key_node)
            if not isinstance(key, str):
                message = _("A key must be text: put it in quotes.")
                self._problems.append(FileProblem(*_position(key_node), message))
                continue
            self._keys[*path, key] = _position(key_node)
            found[key] = self._value(value_node, (*path, key))
        return found


def _is_text(value: str) -> bool:
    """False for half a surrogate pair, which an escape can write and nothing can store."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_much(line: int, column: int) -> ImportFileError:
    return ImportFileError([FileProblem(line, column, _("The file has too many or too deeply nested values."))])


def _position(node: yaml.Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1
