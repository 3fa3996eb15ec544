"""The figures of the demonstration's town as its page says them."""

from __future__ import annotations

from commonweal.economy.series import lines, sentences


def test_who_lives_there_is_fresh_and_said_in_a_sentence(whole_village):
    ages = [line for line in lines.of_town() if line.series.measure.startswith("residents-aged")]
    assert len(ages) == 5
    for line in ages:
        assert line.stale_since is None
        sentence = sentences.what_changed(line)
        assert sentence.startswith("Residents aged ")
        assert "aged U" not in sentence
