from centers.phase_times import PhaseTimes


def test_phase_times_add_up_phase_by_phase() -> None:
    times = sum([PhaseTimes(1.0, 2.0, 3.0), PhaseTimes(0.5, 0.25, 0.125)], PhaseTimes())
    assert times == PhaseTimes(1.5, 2.25, 3.125)
    assert times.total == 6.875
