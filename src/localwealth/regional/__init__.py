"""Regional input-output: what a change in one industry does to the others, as a band.

A published national table (:mod:`~localwealth.regional.tables`) is regionalised by the jobs of an
area (:mod:`~localwealth.regional.quotients`); multipliers
(:mod:`~localwealth.regional.multipliers`) and what is lost without an industry
(:mod:`~localwealth.regional.extraction`) follow from one inverse. numpy alone.
"""
