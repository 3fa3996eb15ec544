"""The local economy: series, exposure, scenarios, shocks told by partners, and early warning.

`series` holds what others publish and what is worked out of it; `scenarios` what happens if a
sector or an employer shrinks, and who is exposed to it; `shocks` what partners told of and what was
done about it.
"""
