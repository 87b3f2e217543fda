"""What a progress says."""

import pytest

from azext_iot_dps.cli.progress import Speed, state


@pytest.mark.parametrize(
    ("done", "total", "failed", "speed", "told"),
    [
        (0, 5, 0, 0.0, "0 of 5"),
        (10, 40, 0, 2.5, "10 of 40, 2.5/s, 12 s left"),
        (39, 40, 1, 99.6, "39 of 40, 100/s, 1 failed, 1 s left"),
        (0, 59, 59, 1.0, "0 of 59, 1.0/s, 59 failed, 59 s left"),
        (12_000, 50_000, 1_234, 151.2, "12,000 of 50,000, 151/s, 1,234 failed, 4 min left"),
        (0, 61_000, 0, 16.666, "0 of 61,000, 17/s, 1 h 1 min left"),
        (1_000_000, 1_000_000, 0, 1234.5, "1,000,000 of 1,000,000, 1,234/s"),
    ],
)
def test_how_far_it_is(done, total, failed, speed, told):
    assert state(done, total, failed, speed) == told


def test_the_speed_is_that_of_the_last_thirty_seconds():
    speed = Speed(100.0)
    samples = [(100.0, 0), (110.0, 50), (120.0, 50), (130.0, 90), (140.0, 110), (150.0, 110), (180.0, 110)]
    assert [speed.at(now, done) for now, done in samples] == [0.0, 5.0, 2.5, 3.0, 2.0, 2.0, 0.0]
