import pytest

from centers.exceptions import FileProblem, ImportFileError
from centers.yaml_positions import read_yaml


def problems_of(text: str) -> list[tuple[int, int]]:
    with pytest.raises(ImportFileError) as caught:
        read_yaml(text)
    return [(problem.line, problem.column) for problem in caught.value.problems]


def test_read_yaml_remembers_where_values_and_keys_stand() -> None:
    document = read_yaml("a:\n  b: [1, {c: x}]\n")
    assert document.data == {"a": {"b": [1, {"c": "x"}]}}
    assert document.position(("a", "b", 1, "c")) == (2, 14)
    assert document.key_position(("a", "b")) == (2, 3)


def test_position_of_what_is_missing_is_the_place_around_it() -> None:
    document = read_yaml("a:\n  b: 1\n")
    assert document.position(("a", "nope", "deeper")) == (2, 3)


def test_read_yaml_with_a_key_twice_reports_the_second() -> None:
    document = read_yaml("a: 1\nb: 2\na: 3\n")
    assert document.problems == (FileProblem(3, 1, "The key a stands here a second time."),)


def test_read_yaml_with_a_number_as_key_reports_it() -> None:
    assert read_yaml("31: x\n").problems == (FileProblem(1, 1, "A key must be text: put it in quotes."),)


def test_read_yaml_of_an_empty_text_is_none() -> None:
    assert read_yaml("# nothing\n").data is None


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("a: [1, 2\nb: 3\n", (2, 2)),
        ("a:\n\t- x\n", (2, 1)),
        ("a: *unknown\n", (1, 4)),
        ("a: !!python/object:os.system x\n", (1, 4)),
        ("--- 1\n--- 2\n", (2, 1)),
        ("a: \x07\n", (1, 1)),
        ("a: 2026-13-45\n", (1, 4)),
        ("a: x\nb: !!int ''\n", (2, 4)),
        ('a: "\\ud800"\n', (1, 4)),
        ("a: !!bool maybe\n", (1, 4)),
        ("a: !!timestamp soon\n", (1, 4)),
    ],
)
def test_read_yaml_of_what_is_none_names_the_place(text: str, position: tuple[int, int]) -> None:
    assert problems_of(text) == [position]


def test_read_yaml_with_aliases_that_multiply_stops_early() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert len(problems_of("\n".join(levels))) == 1


def test_read_yaml_with_an_alias_to_itself_stops_early() -> None:
    assert len(problems_of("a: &a [*a]\n")) == 1


def test_read_yaml_with_a_merge_key_takes_the_merged_values() -> None:
    document = read_yaml("base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}\n")
    assert document.data["own"] == {"x": 1, "y": 3}
    assert document.problems == ()


@pytest.mark.parametrize("text", ["[" * 5000, "\n".join(f"{' ' * n}a:" for n in range(1000)), f"? {'[' * 900}"])
def test_read_yaml_nested_deeper_than_the_stack_names_the_place(text: str) -> None:
    assert len(problems_of(text)) == 1


def test_read_yaml_with_merge_keys_that_multiply_stops_early() -> None:
    levels = ["a0: &a0 {x: 1}"]
    levels += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    assert len(problems_of("\n".join(levels))) == 1
