"""The fictional town's help desk: a year of cases, a surge that began three weeks ago.

Told in bulk, in the order of time. What comes in today is told by `this_morning`.
"""
