"""What bodies publish about areas: furlough, claimants, earnings, jobs, businesses.

One row of what is read is a :class:`~localwealth.sources.statistics.figures.Figure`: one measure of
one area in one period, with what the file says about how firm it is.
"""
