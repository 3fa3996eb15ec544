"""Analysis of what a town promises, needs and spends. Data in, data out: no web, no clock."""
