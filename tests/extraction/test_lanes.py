"""No server holds up the centers of the others."""

from dataclasses import replace

from extraction.lanes import FIRST_AT_ONCE, Lanes
from extraction.reader import CenterTask
from tests.extraction.builders import SERVER, task


def _tasks(host: str, count: int, *, limit: int = 20) -> list[CenterTask]:
    server = replace(SERVER, host=host, max_connections=limit)
    plain = task()
    return [
        replace(plain, center_run_id=number, center_id=f"{host}_{number}", source=replace(plain.source, server=server))
        for number in range(count)
    ]


def _lanes(*groups: list[CenterTask]) -> Lanes:
    lanes = Lanes()
    for group in groups:
        for waiting in group:
            lanes.add(waiting)
    return lanes


def _hosts(picked: list[CenterTask]) -> list[str]:
    return [item.source.server.host for item in picked]


def test_servers_take_turns() -> None:
    lanes = _lanes(_tasks("a", 3), _tasks("b", 1))
    assert _hosts(lanes.pick(3)) == ["a", "b", "a"]
    assert lanes.waiting == 1
    assert _hosts(lanes.pick(3)) == ["a"]
    assert lanes.pick(3) == []


def test_server_that_does_not_answer_binds_few_threads() -> None:
    lanes = _lanes(_tasks("silent", 100), _tasks("good", 100, limit=60))
    picked = lanes.pick(50)
    assert _hosts(picked).count("silent") == FIRST_AT_ONCE
    for item in picked:
        if item.source.server.host == "good":
            lanes.ended(item, is_success=True)
    more = _hosts(lanes.pick(50))
    assert (more.count("silent"), more.count("good")) == (0, 50)


def test_each_success_doubles_what_may_begin_up_to_the_limit_of_the_server() -> None:
    lanes = _lanes(_tasks("a", 100, limit=20))
    first = lanes.pick(50)
    assert len(first) == FIRST_AT_ONCE
    lanes.ended(first[0], is_success=True)
    assert len(lanes.pick(50)) == 2 * FIRST_AT_ONCE - (FIRST_AT_ONCE - 1)
    lanes.ended(first[1], is_success=True)
    assert len(lanes.pick(50)) == 20 - (2 * FIRST_AT_ONCE - 1)


def test_failure_frees_its_place_only() -> None:
    lanes = _lanes(_tasks("a", 100))
    first = lanes.pick(50)
    lanes.ended(first[0], is_success=False)
    assert len(lanes.pick(50)) == 1


def test_server_on_trial_begins_with_one_center() -> None:
    lanes = Lanes()
    for waiting in _tasks("a", 5):
        lanes.add(waiting, is_alone=True)
    (only,) = lanes.pick(50)
    assert lanes.pick(50) == []
    lanes.ended(only, is_success=True)
    assert len(lanes.pick(50)) == 2


def test_server_with_a_low_limit_keeps_it() -> None:
    lanes = _lanes(_tasks("a", 5, limit=1))
    (only,) = lanes.pick(50)
    lanes.ended(only, is_success=True)
    assert len(lanes.pick(50)) == 1
