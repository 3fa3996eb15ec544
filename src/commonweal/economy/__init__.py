"""The local economy: series, exposure, scenarios, shocks, early warning, and a pulse survey.

`series` holds what others publish and what is worked out of it; `scenarios` what happens if a
sector or an employer shrinks, and who is exposed to it; `shocks` what partners told of and what was
done about it; `pulse` what residents and enterprises say of how things are.
"""
