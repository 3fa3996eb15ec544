"""Budget rounds: projects, ballots, and the count."""
