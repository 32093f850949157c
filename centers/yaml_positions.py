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
        # The class of loader that `yaml.safe_load` uses: it makes plain values only.
        loader = yaml.SafeLoader(text)
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
    except ValueError as error:
        raise ImportFileError([FileProblem(1, 1, _("A value is not what YAML says it is, such as a date."))]) from error


class _Reader:
    """Walks the nodes of one document."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
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
            raise ImportFileError([FileProblem(line, column, _("The file has too many or too deeply nested values."))])
        self._values[path] = _position(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._loader.construct_object(node)

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
            key = self._loader.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                message = _("A key must be text: put it in quotes.")
                self._problems.append(FileProblem(*_position(key_node), message))
                continue
            self._keys[*path, key] = _position(key_node)
            found[key] = self._value(value_node, (*path, key))
        return found


def _position(node: yaml.Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1
