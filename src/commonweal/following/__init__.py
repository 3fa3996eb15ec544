"""Following something by mail: asked for twice, ended by one click, written only on news.

What can be followed is told by the rooms that show it, in `kinds`.
"""
