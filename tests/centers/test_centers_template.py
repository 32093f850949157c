import pytest

from centers.centers_template import is_template, render
from centers.exceptions import ImportFileError


def problem_of(text: str) -> tuple[int, str]:
    with pytest.raises(ImportFileError) as caught:
        render(text)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0].line, caught.value.problems[0].message


def test_render_writes_a_loop_out() -> None:
    assert render("{% for n in range(1, 4) %}{{ '%02d' % n }} {% endfor %}") == "01 02 03 "


def test_render_of_broken_syntax_names_the_line() -> None:
    line, message = problem_of("a: 1\n{% for n in range(3) %}\n{{ n }}\n")
    assert line == 3
    assert message.startswith("The template cannot be read:")


def test_render_of_an_unknown_name_names_the_line() -> None:
    assert problem_of("a: 1\nb: {{ nope }}\n") == (2, "The template cannot be rendered: 'nope' is undefined")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ range.__globals__ }}",
        "{% set x = [] %}{{ x.append(1) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ 1 // 0 }}",
        "{{ range(999999999) | list }}",
    ],
)
def test_render_of_what_the_sandbox_forbids_is_a_problem(text: str) -> None:
    line, message = problem_of(text)
    assert line == 1
    assert message.startswith("The template cannot be rendered:")


def test_render_stops_at_a_file_that_grows_without_end() -> None:
    assert problem_of("{% for n in range(90000) %}{{ 'x' * 1000 }}{% endfor %}") == (
        1,
        "The template makes too long a file.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'x' | center(5000000000) }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
        "{% set n = namespace(x='x') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    ],
)
def test_render_of_what_exhausts_memory_or_stack_is_a_problem(text: str) -> None:
    assert problem_of(text) == (1, "The template cannot be rendered: it takes too long or too much memory")


def test_render_of_loops_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("centers.centers_template.MOST_SECONDS", 1)
    loops = "".join(f"{{% for n{i} in range(99999) %}}" for i in range(3)) + "{% endfor %}" * 3
    assert problem_of(loops) == (1, "The template cannot be rendered: it takes too long or too much memory")


@pytest.mark.parametrize(("name", "answer"), [("centers.yml.j2", True), ("C.J2", True), ("centers.yml", False)])
def test_is_template_goes_by_the_suffix(name: str, answer: bool) -> None:
    assert is_template(name) is answer
