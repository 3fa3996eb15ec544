"""The same texts on DuckDB (default) or Spark (an extra): one expression of each step.

Measures are SQL in DuckDB's dialect, and ask whatever keeps to the protocol
:class:`localwealth.spend.engine.Engine`. `localwealth.engines.spark` has SQLGlot write them for
Spark; the matcher needs no translation, as it is a function of Arrow batches.
"""
